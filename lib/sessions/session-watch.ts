import type { Logger } from 'pino'
import { sha256 } from '#lib/crypto/digest.ts'
import { isDatabaseAway } from '#lib/db/away.ts'
import type { Database } from '#lib/db/database.ts'
import { findMarks, type Reach, reachKey } from '#lib/db/own-sessions.ts'
import { logFailure } from '#lib/http/log-failure.ts'
import { RowWatch } from './row-watch.ts'

type Watcher = {
  /** The mark that it was told last; `undefined` for one that has seen nothing. */
  mark: string | undefined
  changed(mark: string): void
  /** Called after each look, as a sign of life. */
  looked(): unknown
}

type Needs = { db: Database; log: Logger }

/** Tells those who look at their sessions when something there has changed. */
export class SessionWatch {
  readonly #rows: RowWatch<Reach, string>

  constructor({ db, log }: Needs) {
    this.#rows = new RowWatch({
      // A hand-off takes no place of its person's.
      mostOfOne: 8,
      mostOfAll: 1_000,
      look: (reaches) =>
        findMarks(db, reaches).catch((error) => {
          // The feed tells of a database that is away.
          if (!isDatabaseAway(error)) logFailure(log, 'session.unwatched', { err: error })
          return undefined
        }),
    })
  }

  /**
   * Watches the sessions within a reach; returns the function that stops it. Throws `slow_down` when too many
   * watch.
   */
  enter(reach: Reach, watcher: Watcher): () => void {
    return this.#rows.enter(reachKey(reach), reach, (found) => {
      if (found === undefined) return
      const mark = markOf(found)
      const isNews = watcher.mark !== undefined && watcher.mark !== mark
      watcher.mark = mark
      if (isNews) watcher.changed(mark)
      watcher.looked()
    })
  }

  close(): void {
    this.#rows.close()
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
