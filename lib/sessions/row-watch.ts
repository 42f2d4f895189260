import { OAuthError } from '#lib/oauth/error.ts'
import { apart } from '#lib/telemetry/tracer.ts'

/** Milliseconds between looks. */
const lookEvery = 1_000
/** Seconds until somebody may have left. */
const retryAfter = 5

/** Told after each look what was found for its subject; `undefined` for nothing. */
type Watcher<Found> = (found: Found | undefined) => void

type Settings<Subject, Found> = {
  /** Looks up all subjects in one statement, and answers by their keys. Never rejects. */
  look(subjects: Subject[]): Promise<ReadonlyMap<string, Found> | undefined>
  /** Watchers of one subject, and of all, at one process. */
  mostOfOne: number
  mostOfAll: number
}

/**
 * Tells those who wait for rows to change, whichever instance changes them. While anybody waits, one query a
 * second asks about all who do.
 */
export class RowWatch<Subject, Found> {
  readonly #settings: Settings<Subject, Found>
  readonly #subjects = new Map<string, { subject: Subject; watchers: Set<Watcher<Found>> }>()
  #watchers = 0
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(settings: Settings<Subject, Found>) {
    this.#settings = settings
  }

  /** Watches a subject; returns the function that stops it. Throws `slow_down` when too many watch. */
  enter(key: string, subject: Subject, watcher: Watcher<Found>): () => void {
    const { mostOfOne, mostOfAll } = this.#settings
    const own = this.#subjects.get(key) ?? { subject, watchers: new Set() }
    if (own.watchers.size >= mostOfOne || this.#watchers >= mostOfAll)
      throw new OAuthError('slow_down', 'too many watch already', { retryAfter })
    own.watchers.add(watcher)
    this.#subjects.set(key, own)
    this.#watchers += 1
    this.#again()
    return () => this.#leave(key, watcher)
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  #leave(key: string, watcher: Watcher<Found>): void {
    const watchers = this.#subjects.get(key)?.watchers
    if (!watchers?.delete(watcher)) return
    this.#watchers -= 1
    if (watchers.size === 0) this.#subjects.delete(key)
  }

  #again(): void {
    if (this.#timer || this.#isClosed || this.#watchers === 0) return
    const look = async () => {
      await this.#look()
      this.#timer = undefined
      this.#again()
    }
    // It looks for all who watch, and is no part of the request that was the first.
    this.#timer = apart(() => setTimeout(look, lookEvery))
    this.#timer.unref()
  }

  async #look(): Promise<void> {
    const subjects = [...this.#subjects].map(([key, { subject }]) => ({ key, subject }))
    if (subjects.length === 0) return
    const found = await this.#settings.look(subjects.map(({ subject }) => subject))
    if (!found) return
    for (const { key } of subjects)
      for (const watcher of [...(this.#subjects.get(key)?.watchers ?? [])]) watcher(found.get(key))
  }
}
