import type { Logger } from 'pino'
import { tell } from '#lib/telemetry/tell.ts'
import type { StopReason } from './messages.ts'
import { type Ending, OneWorker } from './one-worker.ts'
import { Pauses } from './pauses.ts'

/**
 * Milliseconds that a stop may take beyond the drain: somewhat more than all that a worker waits for, and
 * less than the half minute after which whoever has started Baton kills it.
 */
const longestStop = 29_000

/** Milliseconds between two questions whether a worker is still there. */
const askEvery = 10_000

/** One of so many places, which a worker has at a time. */
type Place = { worker: OneWorker | undefined; pauses: Pauses; next: NodeJS.Timeout | undefined }

type Settings = {
  size: number
  drainSeconds: number
  log: Logger
  /** Called when a worker has ended, whatever the reason. */
  ended(worker: OneWorker): void
}

/** The workers of one instance. A worker that dies is followed by another one, after a pause that grows. */
export class Crew {
  readonly #settings: Settings
  readonly #places: Place[]
  /** Those that make way for others too. */
  readonly #alive = new Set<OneWorker>()
  #isFaulty = false
  readonly #empty = Promise.withResolvers<void>()
  /** Whether all of them have been told to stop. */
  isStopping = false
  /** How many have ended that nobody had asked to. */
  deaths = 0

  constructor(settings: Settings) {
    this.#settings = settings
    this.#places = Array.from({ length: settings.size }, () => ({
      worker: undefined,
      pauses: new Pauses(),
      next: undefined,
    }))
    setInterval(() => this.#askAll(), askEvery).unref()
  }

  get workers(): OneWorker[] {
    return [...this.#alive]
  }

  /**
   * Starts the first worker alone, as it applies the migrations, and then the others. Resolves with how the
   * first one ended where it has not come to serve.
   */
  async begin(): Promise<Ending | undefined> {
    const [first, ...others] = this.#places as [Place, ...Place[]]
    const worker = this.#start()
    if (!(await worker.serves)) return worker.ended
    this.#keep(first, worker)
    if (!this.isStopping) for (const place of others) this.#fill(place)
    return undefined
  }

  /**
   * Puts a new worker in the place of each, one by one, until all stop. Resolves with whether it could: where
   * a new one does not come to serve, the old ones that are left stay.
   */
  async replace(): Promise<boolean> {
    for (const place of this.#places) {
      if (this.isStopping) return true
      const old = place.worker
      clearTimeout(place.next)
      const next = this.#start()
      if (!(await next.serves)) {
        if (this.isStopping) return true
        clearTimeout(place.next)
        if (!place.worker) this.#fill(place)
        return false
      }
      // It may have died meanwhile, and another one may be about to follow it.
      clearTimeout(place.next)
      const stays = place.worker
      this.#keep(place, next)
      if (stays && !this.isStopping) this.#stop(stays, 'replaced')
      await Promise.all([old?.ended, stays?.ended])
    }
    return true
  }

  /** Stops all workers; again, has them hurry. Resolves with the exit code when all have ended. */
  async stop(reason: StopReason): Promise<number> {
    this.isStopping = true
    for (const { next } of this.#places) clearTimeout(next)
    for (const worker of this.#alive) this.#stop(worker, reason)
    this.#noteEmpty()
    await this.#empty.promise
    return this.#isFaulty ? 1 : 0
  }

  // The system gives its calls to others, and no probe from outside would find out.
  #askAll(): void {
    if (this.isStopping) return
    for (const worker of this.#alive)
      if (worker.isHung) this.#kill(worker, 'it does not answer')
      else worker.ask()
  }

  #kill(worker: OneWorker, reason: string): void {
    tell(this.#settings.log, 'worker.killed', { worker: worker.id, reason })
    worker.kill()
  }

  #fill(place: Place): void {
    this.#keep(place, this.#start())
  }

  #start(): OneWorker {
    const worker = new OneWorker()
    this.#alive.add(worker)
    worker.ended.then(({ exitCode }) => {
      this.#alive.delete(worker)
      this.#settings.ended(worker)
      if (this.isStopping && worker.isDraining && exitCode !== 0) this.#isFaulty = true
      this.#noteEmpty()
    })
    return worker
  }

  #noteEmpty(): void {
    if (this.isStopping && this.#alive.size === 0) this.#empty.resolve()
  }

  #keep(place: Place, worker: OneWorker): void {
    place.worker = worker
    worker.ended.then((ending) => {
      if (place.worker !== worker) return
      place.worker = undefined
      if (!this.isStopping) this.#fillLater(place, worker, ending)
    })
  }

  #fillLater(place: Place, { id }: OneWorker, { exitCode, signal, lived, reason }: Ending): void {
    const pause = place.pauses.after(lived)
    this.deaths += 1
    tell(this.#settings.log, 'worker.died', { worker: id, exitCode, signal, reason, seconds: pause / 1000 })
    place.next = setTimeout(() => this.#fill(place), pause)
  }

  #stop(worker: OneWorker, reason: StopReason): void {
    const { drainSeconds } = this.#settings
    const isFirst = worker.state !== 'stopping'
    worker.stop(reason)
    if (!isFirst) return
    const timer = setTimeout(
      () => this.#kill(worker, 'it did not stop in time'),
      drainSeconds * 1000 + longestStop,
    )
    worker.ended.then(() => clearTimeout(timer))
  }
}
