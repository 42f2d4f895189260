import { OAuthError } from '#lib/oauth/error.ts'
import { since, thisMoment } from '#lib/oauth/moment.ts'
import { numericDate } from '#lib/oauth/numeric-date.ts'
import type { Proof } from './verify-proof.ts'

/** Milliseconds for which a proof is remembered at least: it is good for a minute, by its nonce. */
const generation = 70_000
/** Proofs of one generation, about 25 MB, and those of one person among them. */
const most = 250_000
const mostOfOne = most / 4

/**
 * The proofs that one process has taken of late, where asking the database for each call would cost more than
 * the call. All of the last generation and of this one.
 */
export class ProofMemory {
  #young = new Set<string>()
  #old = new Set<string>()
  #shares = new Map<string, number>()
  #turnedAt = thisMoment()
  /** From when on this process knows which proofs it has taken, in seconds since the epoch. */
  readonly since = numericDate(new Date())

  /**
   * Remembers the proof of a person; `false` when it is known. Throws `temporarily_unavailable` rather than
   * forget one that is still good.
   */
  take({ digest }: Pick<Proof, 'digest'>, person: string): boolean {
    if (since(this.#turnedAt) >= generation) this.#turn()
    const key = digest.toString('base64', 0, 16)
    if (this.#young.has(key) || this.#old.has(key)) return false
    const share = (this.#shares.get(person) ?? 0) + 1
    if (this.#young.size >= most || share > mostOfOne)
      throw new OAuthError('temporarily_unavailable', 'there are too many DPoP proofs at the moment', {
        retryAfter: 30,
      })
    this.#young.add(key)
    this.#shares.set(person, share)
    return true
  }

  #turn(): void {
    this.#old = this.#young
    this.#young = new Set()
    this.#shares = new Map()
    this.#turnedAt = thisMoment()
  }
}
