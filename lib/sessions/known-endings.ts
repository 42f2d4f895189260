import { since, thisMoment } from '#lib/oauth/moment.ts'

/** Endings of one generation: about 25 MB. */
const most = 250_000

/**
 * Remembers what was told, so that nothing is told twice: all of the last generation and of this one. More
 * endings than fit into the two may be told again.
 */
export class KnownEndings {
  #young = new Set<string>()
  #old = new Set<string>()
  #turnedAt = thisMoment()

  /** Remembers an ending; `false` when it is known. */
  add(key: string): boolean {
    if (this.#young.has(key) || this.#old.has(key)) return false
    if (this.#young.size >= most) this.#turn()
    this.#young.add(key)
    return true
  }

  /** Begins a new generation and forgets the last but one, when this one is so many milliseconds old. */
  age(milliseconds: number): void {
    if (since(this.#turnedAt) >= milliseconds) this.#turn()
  }

  #turn(): void {
    this.#old = this.#young
    this.#young = new Set()
    this.#turnedAt = thisMoment()
  }
}
