import { OAuthError } from '#lib/oauth/error.ts'

/** A fixed number of places with a queue of bounded length; first come, first served. */
export class Places {
  readonly #most: number
  readonly #mostWaiting: number
  readonly #waiting: (() => void)[] = []
  #taken = 0

  constructor({ running, waiting }: { running: number; waiting: number }) {
    this.#most = running
    this.#mostWaiting = waiting
  }

  /** Takes a free place; `false` when there is none. */
  take(): boolean {
    if (this.#taken >= this.#most) return false
    this.#taken += 1
    return true
  }

  /** Resolves when the caller has a place. Throws `temporarily_unavailable` when too many wait. */
  async wait(): Promise<void> {
    if (this.#waiting.length >= this.#mostWaiting)
      throw new OAuthError('temporarily_unavailable', 'too many calls at once', { retryAfter: 1 })
    await new Promise<void>((taken) => {
      this.#waiting.push(taken)
    })
  }

  /** Returns a place, to the next in the queue if there is one. Call it once for each place taken. */
  leave(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#taken -= 1
  }
}
