import type { Logger } from 'pino'
import { sha256 } from '#lib/crypto/digest.ts'
import { isDatabaseAway } from '#lib/db/away.ts'
import type { Database } from '#lib/db/database.ts'
import { findMarks } from '#lib/db/own-sessions.ts'
import { logFailure } from '#lib/http/log-failure.ts'
import { OAuthError } from '#lib/oauth/error.ts'

/** Milliseconds between looks. */
const lookEvery = 1_000
/** Watchers of one person, and of all, at one process. */
const mostOfPerson = 8
const mostOfAll = 1_000
/** Seconds until somebody may have left. */
const retryAfter = 5

type Watcher = {
  /** The mark that it was told last; `undefined` for one that has seen nothing. */
  mark: string | undefined
  changed(mark: string): void
  /** Called after each look, as a sign of life. */
  looked(): unknown
}

type Needs = { db: Database; log: Logger }

/**
 * Tells those who look at a person's sessions when something there has changed, whichever instance changed
 * it. While anybody looks, one query a second asks about all people who are watched.
 */
export class SessionWatch {
  readonly #needs: Needs
  readonly #people = new Map<string, Set<Watcher>>()
  #watchers = 0
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * Watches the sessions of a person; returns the function that stops it. Throws `slow_down` when too many
   * watch.
   */
  enter(userId: string, watcher: Watcher): () => void {
    const own = this.#people.get(userId) ?? new Set()
    if (own.size >= mostOfPerson || this.#watchers >= mostOfAll)
      throw new OAuthError('slow_down', 'too many watch already', { retryAfter })
    this.#people.set(userId, own.add(watcher))
    this.#watchers += 1
    this.#again()
    return () => this.#leave(userId, watcher)
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  #leave(userId: string, watcher: Watcher): void {
    const own = this.#people.get(userId)
    if (!own?.delete(watcher)) return
    this.#watchers -= 1
    if (own.size === 0) this.#people.delete(userId)
  }

  #again(): void {
    if (this.#timer || this.#isClosed || this.#watchers === 0) return
    this.#timer = setTimeout(async () => {
      await this.#look()
      this.#timer = undefined
      this.#again()
    }, lookEvery)
    this.#timer.unref()
  }

  async #look(): Promise<void> {
    const people = [...this.#people.keys()]
    if (people.length === 0) return
    try {
      const marks = await findMarks(this.#needs.db, people)
      for (const [userId, found] of marks) {
        const mark = markOf(found)
        for (const watcher of [...(this.#people.get(userId) ?? [])]) {
          const isNews = watcher.mark !== undefined && watcher.mark !== mark
          watcher.mark = mark
          if (isNews) watcher.changed(mark)
          watcher.looked()
        }
      }
    } catch (error) {
      // The feed tells of a database that is away.
      if (!isDatabaseAway(error)) logFailure(this.#needs.log, 'session.unwatched', { err: error })
    }
  }
}

/** The mark of what a person's sessions and hand-offs are now: another one once any of it has changed. */
export async function currentMark(userId: string, { db }: Pick<Needs, 'db'>): Promise<string> {
  return markOf((await findMarks(db, [userId])).get(userId) ?? '')
}

// A hand-off session learns that something has changed, and not how many sessions there are.
function markOf(found: string): string {
  return sha256(found).toString('base64url')
}
