import cluster, { type Worker } from 'node:cluster'
import { EventEmitter, once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { causeText } from '#lib/http/cause-text.ts'
import type { Snapshot, StopReason, ToPrimary, ToWorker } from './messages.ts'
import { passOnOutput } from './pass-on-output.ts'
import type { WorkerState } from './worker-metrics.ts'

/** Milliseconds for which the last lines of a worker that has ended are waited for. */
const lastLines = 1_000

/** Questions without an answer after which a worker counts as hung. */
const mostUnanswered = 3

export type Ending = {
  exitCode: number | undefined
  signal: string | undefined
  /** Milliseconds from its start to its end. */
  lived: number
  /** Why it never came to be. */
  reason?: string | undefined
}

/** A worker process, from its start to its end. */
export class OneWorker {
  /** `undefined` where the system had no room for one more process. */
  readonly #worker: Worker | undefined
  readonly #heard = new EventEmitter<Record<ToPrimary['baton'], []>>()
  /** Resolves with whether it has come to take requests; it may have ended before. */
  readonly serves: Promise<boolean>
  /** Resolves when the process has ended and its last lines are passed on. */
  readonly ended: Promise<Ending>
  state: WorkerState = 'starting'
  /** Whether it has calls to finish before it stops. */
  isDraining = false
  /** The metrics that it last gave. */
  counted: Snapshot | undefined
  #unanswered = 0

  constructor() {
    const started = performance.now()
    const { worker, reason } = forked()
    this.#worker = worker
    if (!worker) {
      this.state = 'stopping'
      this.ended = Promise.resolve({ exitCode: undefined, signal: undefined, lived: 0, reason })
      this.serves = Promise.resolve(false)
      return
    }
    const { process: child } = worker
    passOnOutput(child)
    child.on('message', (message: ToPrimary) => this.#hear(message))
    const exited = new Promise<Ending>((resolve) => {
      const over = (code: number | null, signal: string | null, why?: string) => {
        this.state = 'stopping'
        const lived = performance.now() - started
        resolve({ exitCode: code ?? undefined, signal: signal ?? undefined, lived, reason: why })
      }
      child.once('exit', over)
      // The system has no room for one more process. Other errors are messages to one that has just ended.
      worker.on('error', (error) => child.pid === undefined && over(null, null, causeText(error)))
    })
    const closed = once(child, 'close').catch(() => {})
    this.ended = exited.then(async (ending) => {
      await Promise.race([closed, sleep(lastLines)])
      return ending
    })
    this.serves = Promise.race([once(this.#heard, 'serving').then(() => true), exited.then(() => false)])
  }

  /** Its number, which no other worker of this primary has had; 0 for one that never came to be. */
  get id(): number {
    return this.#worker?.id ?? 0
  }

  /** Has it stop; again, has it hurry. */
  stop(reason: StopReason): void {
    // Before it serves it has no calls to finish.
    if (this.state === 'serving') this.isDraining = true
    this.state = 'stopping'
    if (this.isDraining) this.#tell({ baton: 'stop', reason })
    else this.#worker?.process.kill('SIGTERM')
  }

  kill(): void {
    this.#worker?.process.kill('SIGKILL')
  }

  /** Whether it has answered none of the last questions. */
  get isHung(): boolean {
    return this.#unanswered >= mostUnanswered
  }

  /** Asks it whether it is still there. */
  ask(): void {
    if (this.state !== 'serving') return
    this.#unanswered += 1
    this.#tell({ baton: 'ping' })
  }

  /** Has it give its metrics of now. Resolves when it has, and after so many milliseconds. */
  async count(patience: number): Promise<void> {
    if (this.state === 'starting') return
    const given = once(this.#heard, 'counted', { signal: AbortSignal.timeout(patience) }).catch(() => {})
    this.#tell({ baton: 'count' })
    await Promise.race([given, this.ended])
  }

  #hear(message: ToPrimary): void {
    if (message.baton === 'counted') this.counted = message.snapshot
    else if (message.baton === 'pong') this.#unanswered = 0
    else if (this.state === 'starting') this.state = 'serving'
    this.#heard.emit(message.baton)
  }

  #tell(message: ToWorker): void {
    if (this.#worker?.isConnected()) this.#worker.send(message)
  }
}

// Node.js tells of most errors by an event, and throws the others, such as too little memory.
function forked(): { worker?: Worker; reason?: string | undefined } {
  try {
    return { worker: cluster.fork() }
  } catch (error) {
    return { reason: causeText(error) }
  }
}
