import type { Logger } from 'pino'
import { isDatabaseAway } from '#lib/db/away.ts'
import type { Database } from '#lib/db/database.ts'
import { type AskingRequest, type DeviceRequestState, findDeviceRequests } from '#lib/db/device-requests.ts'
import { logFailure } from '#lib/http/log-failure.ts'
import { RowWatch } from '#lib/sessions/row-watch.ts'

/** Tells browsers that wait for another device how far their requests have come. */
export class RequestWatch {
  readonly #rows: RowWatch<Buffer, AskingRequest>

  constructor({ db, log }: { db: Database; log: Logger }) {
    this.#rows = new RowWatch({
      // A page that finds no place asks again and again.
      mostOfOne: 2,
      mostOfAll: 2_000,
      look: (hashes) =>
        findDeviceRequests(db, hashes).catch((error) => {
          // The feed tells of a database that is away.
          if (!isDatabaseAway(error)) logFailure(log, 'device.unwatched', { err: error })
          return undefined
        }),
    })
  }

  /**
   * Watches the request of this hash, and is told its state after each look; `expired` for one that is gone.
   * Returns the function that stops it. Throws `slow_down` when too many watch.
   */
  enter(hash: Buffer, told: (state: DeviceRequestState) => void): () => void {
    return this.#rows.enter(hash.toString('hex'), hash, (found) => told(found?.state ?? 'expired'))
  }

  close(): void {
    this.#rows.close()
  }
}
