import { LRUCache } from 'lru-cache'
import { type Moment, since, thisMoment } from '#lib/oauth/moment.ts'

/** What this process has counted of one key since the first of its window. */
export type Count = {
  points: number
  /** How many of them the database does not know of; negative for what was given back since. */
  untold: number
  /** How many other instances had counted when this one last asked; `undefined` before it has. */
  others: number | undefined
  /** When the database last refused it. */
  refusedAt: Moment | undefined
  /** Whether the log says that the limit was reached. */
  isLogged: boolean
  began: Moment
}

/**
 * Counts by key in windows of a fixed length, in memory. Beyond `mostKeys` the one used least is forgotten.
 */
export class Window {
  readonly #counts: LRUCache<string, Count>
  readonly #milliseconds: number

  constructor(seconds: number, mostKeys: number) {
    this.#milliseconds = seconds * 1000
    this.#counts = new LRUCache({ max: mostKeys })
  }

  /** The count of a key in its present window; `undefined` for none. */
  get(key: string): Count | undefined {
    const count = this.#counts.get(key)
    return count && since(count.began) < this.#milliseconds ? count : undefined
  }

  /** The count of a key, which begins a new window where there is none. */
  open(key: string): Count {
    const known = this.get(key)
    if (known) return known
    const count = {
      points: 0,
      untold: 0,
      others: undefined,
      refusedAt: undefined,
      isLogged: false,
      began: thisMoment(),
    }
    this.#counts.set(key, count)
    return count
  }

  /** Milliseconds until the window of a count ends. */
  left({ began }: Count): number {
    return Math.max(0, this.#milliseconds - since(began))
  }
}
