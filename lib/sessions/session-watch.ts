import type { Logger } from 'pino'
import { sha256 } from '#lib/crypto/digest.ts'
import { isDatabaseAway } from '#lib/db/away.ts'
import type { Database } from '#lib/db/database.ts'
import { findMarks, type Reach, reachKey } from '#lib/db/own-sessions.ts'
import { logFailure } from '#lib/http/log-failure.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { apart } from '#lib/telemetry/tracer.ts'

/** Milliseconds between looks. */
const lookEvery = 1_000
/** Watchers of one reach, and of all, at one process. A hand-off takes no place of its person's. */
const mostOfReach = 8
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
 * Tells those who look at their sessions when something there has changed, whichever instance changed it.
 * While anybody looks, one query a second asks about all who do.
 */
export class SessionWatch {
  readonly #needs: Needs
  readonly #reaches = new Map<string, { reach: Reach; watchers: Set<Watcher> }>()
  #watchers = 0
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * Watches the sessions within a reach; returns the function that stops it. Throws `slow_down` when too many
   * watch.
   */
  enter(reach: Reach, watcher: Watcher): () => void {
    const key = reachKey(reach)
    const own = this.#reaches.get(key) ?? { reach, watchers: new Set() }
    if (own.watchers.size >= mostOfReach || this.#watchers >= mostOfAll)
      throw new OAuthError('slow_down', 'too many watch already', { retryAfter })
    own.watchers.add(watcher)
    this.#reaches.set(key, own)
    this.#watchers += 1
    this.#again()
    return () => this.#leave(key, watcher)
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  #leave(key: string, watcher: Watcher): void {
    const watchers = this.#reaches.get(key)?.watchers
    if (!watchers?.delete(watcher)) return
    this.#watchers -= 1
    if (watchers.size === 0) this.#reaches.delete(key)
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
    const reaches = [...this.#reaches.values()].map(({ reach }) => reach)
    if (reaches.length === 0) return
    try {
      const marks = await findMarks(this.#needs.db, reaches)
      for (const [key, found] of marks) {
        const mark = markOf(found)
        for (const watcher of [...(this.#reaches.get(key)?.watchers ?? [])]) {
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

/** The mark of what the sessions and hand-offs within a reach are now: another one once any has changed. */
export async function currentMark(reach: Reach, { db }: Pick<Needs, 'db'>): Promise<string> {
  return markOf((await findMarks(db, [reach])).get(reachKey(reach)) ?? '')
}

// It tells that something has changed, and nothing of what there is.
function markOf(found: string): string {
  return sha256(found).toString('base64url')
}
