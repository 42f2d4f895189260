import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Cores, keepTo, planCores } from './measure/cores.ts'
import { type ProcessOptions, type StartedProcess, startProcess } from './measure/start-process.ts'
import type { Pace } from './pace.ts'

/** One run of the bench. It starts everything once, and stops and removes it at the end. */
export class Bench {
  readonly pace: Pace
  readonly cores: Cores
  readonly progress: (what: string) => void
  /** Options of Node.js for the Baton processes. */
  readonly profileFlags: readonly string[]
  readonly #made = new Map<string, Promise<unknown>>()
  readonly #warm = new Set<string>()
  readonly #stack = new AsyncDisposableStack()
  #closing = false

  constructor(pace: Pace, progress: (what: string) => void, profileFlags: readonly string[] = []) {
    this.pace = pace
    this.progress = progress
    this.profileFlags = profileFlags
    this.cores = planCores()
    keepTo(this.cores.generator)
  }

  /** Creates a thing at its first use, and returns the same one after that. */
  once<Thing>(name: string, make: () => Promise<Thing>): Promise<Thing> {
    const known = this.#made.get(name) as Promise<Thing> | undefined
    if (known) return known
    this.progress(`starting ${name}`)
    const made = make()
    this.#made.set(name, made)
    return made
  }

  /** Starts a process that ends with the run. */
  start(options: ProcessOptions): StartedProcess {
    if (this.#closing) throw new Error('the run is over')
    const started = startProcess(options)
    this.defer(() => started.stop())
    return started
  }

  /** Creates a folder that is removed with the run. */
  async folder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'baton-bench-'))
    this.defer(() => rm(folder, { recursive: true, force: true }))
    return folder
  }

  /** The minimum time of load before a server is measured, in seconds. */
  warmUpSeconds(server: string, isNext: boolean): number {
    const { quick, warmUp, warmUpNext } = this.pace
    const isWarm = this.#warm.has(server)
    this.#warm.add(server)
    if (isWarm) return quick ? 0 : warmUp
    return isNext ? warmUpNext : warmUp
  }

  /** Registers work for the end of the run. The last registered runs first. */
  defer(undo: () => Promise<void>): void {
    this.#stack.defer(undo)
  }

  async close(): Promise<void> {
    if (this.#closing) return
    this.#closing = true
    await this.#stack.disposeAsync()
  }
}
