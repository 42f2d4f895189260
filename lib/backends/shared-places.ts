import { type Bound, Places, tooMany } from './places.ts'

/** Milliseconds that a call waits for its places, the person's and the backend's together. */
const longestWait = 5_000

/** How many have a place, and how many wait for one. */
export type InUse = Bound

/** The places of a backend, and of those the share that one person may take. */
type Bounds = { all: Bound; share: Bound }

/** Calls `act` when the caller leaves. */
type OnGone = (act: () => void) => void

/** The places of one backend, and of those the share that one person may take. */
export class SharedPlaces {
  readonly #all: Places
  readonly #share: Bound
  readonly #people = new Map<string, Places>()

  constructor({ all, share }: Bounds) {
    this.#all = new Places(all)
    this.#share = share
  }

  /** Whether anybody has a place. */
  get isIdle(): boolean {
    return this.#all.isIdle
  }

  /** How many have a place of the backend, and how many wait for that or for their person's. */
  get inUse(): InUse {
    let { running, waiting } = this.#all.inUse
    for (const own of this.#people.values()) waiting += own.inUse.waiting
    return { running, waiting }
  }

  /**
   * Takes a place of this person and one of the backend, and returns the function that leaves both; call it
   * once. `undefined` when there is none.
   */
  take(person: string): (() => void) | undefined {
    const own = this.#placesOf(person)
    if (!own.take()) return undefined
    if (this.#all.take()) return () => this.#leave(person, own)
    this.#leaveOwn(person, own)
    return undefined
  }

  /**
   * Waits for the same. Throws `temporarily_unavailable` when too many wait, and after five seconds; throws
   * `left` as soon as the caller has left.
   */
  async wait(person: string, onGone: OnGone, left: Error): Promise<() => void> {
    const over = new AbortController()
    const timer = setTimeout(() => over.abort(tooMany()), longestWait)
    onGone(() => over.abort(left))
    const own = this.#placesOf(person)
    try {
      if (!own.take()) await own.wait(over.signal)
      try {
        if (!this.#all.take()) await this.#all.wait(over.signal)
      } catch (error) {
        this.#leaveOwn(person, own)
        throw error
      }
      return () => this.#leave(person, own)
    } finally {
      clearTimeout(timer)
    }
  }

  #placesOf(person: string): Places {
    const known = this.#people.get(person)
    if (known) return known
    const own = new Places(this.#share)
    this.#people.set(person, own)
    return own
  }

  #leave(person: string, own: Places): void {
    this.#all.leave()
    this.#leaveOwn(person, own)
  }

  // Who has no call under way is forgotten, and nobody who has one.
  #leaveOwn(person: string, own: Places): void {
    own.leave()
    if (own.isIdle) this.#people.delete(person)
  }
}

/** What each of several processes may give, so that all of them together give no more than this. */
export function partOf({ all, share }: Bounds, processes: number): Bounds {
  const part = ({ running, waiting }: Bound) => ({
    running: Math.max(1, Math.floor(running / processes)),
    waiting: Math.floor(waiting / processes),
  })
  return { all: part(all), share: part(share) }
}
