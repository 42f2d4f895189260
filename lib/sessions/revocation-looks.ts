import type { Database } from '#lib/db/database.ts'
import {
  findRevocationSlots,
  longestReach,
  type RevocationSlot,
  type RevocationSpan,
  spansOf,
} from '#lib/db/revocations.ts'
import { type Moment, since, thisMoment } from '#lib/oauth/moment.ts'

/**
 * Milliseconds between two looks of the longest reach: the clock of a server that takes over for another may
 * be late.
 */
const farEvery = 10_000
/** Milliseconds that a look reaches back before all transactions that the last ones did not see. */
const margin = 1_000

/**
 * The looks of one process for what has ended. Each reads what is new alone: a look names slots of time, and
 * those that are as they were are not read again. It reaches back to the beginning of the oldest transaction
 * that ran before the last look, as one that a look does not see was running then, or began later.
 */
export class RevocationLooks {
  readonly #db: Pick<Database, '$prepared'>
  #read = new Map<string, RevocationSlot>()
  #at: number | undefined
  #running = 0
  #ranBefore = 0
  #farAt: Moment | undefined

  constructor(db: Pick<Database, '$prepared'>) {
    this.#db = db
  }

  /**
   * The spans of time in which something is new, until `isRead` is called, and the time of this look, in
   * milliseconds since the epoch of the database's clock.
   */
  async look(): Promise<{ spans: RevocationSpan[]; at: number; isRead(): void }> {
    const began = thisMoment()
    const farthest = this.#at === undefined ? null : this.#at - longestReach
    const isFar = farthest === null || this.#farAt === undefined || since(this.#farAt) >= farEvery
    const from = isFar ? farthest : Math.max(farthest, this.#ranBefore - margin)
    const { slots, at, running } = await findRevocationSlots(this.#db, from)
    return {
      spans: spansOf(slots.filter((slot) => this.#read.get(nameOf(slot))?.mark !== slot.mark)),
      at,
      isRead: () => {
        if (isFar) {
          this.#read.clear()
          this.#farAt = began
        }
        for (const slot of slots) this.#read.set(nameOf(slot), slot)
        this.#at = at
        this.#ranBefore = this.#running
        this.#running = running
      },
    }
  }
}

function nameOf({ kind, slot }: RevocationSlot): string {
  return `${kind} ${slot}`
}
