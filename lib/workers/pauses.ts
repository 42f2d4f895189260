/** Milliseconds. */
const [shortest, longest, aLife] = [1_000, 30_000, 60_000]

/** How long a place among the workers stays empty: from a second to half a minute, while they die young. */
export class Pauses {
  #next = shortest

  /** The milliseconds to wait after a worker that has lived for so many. */
  after(lived: number): number {
    const pause = lived >= aLife ? shortest : this.#next
    this.#next = Math.min(pause * 2, longest)
    return pause
  }
}
