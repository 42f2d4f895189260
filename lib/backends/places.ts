import { OAuthError } from '#lib/oauth/error.ts'

export type Bound = { running: number; waiting: number }

/** A fixed number of places with a queue of bounded length; first come, first served. */
export class Places {
  readonly #most: number
  readonly #mostWaiting: number
  #waiting: Set<() => void> | undefined
  #taken = 0

  constructor({ running, waiting }: Bound) {
    this.#most = running
    this.#mostWaiting = waiting
  }

  /** Whether no place is taken; nobody waits then either. */
  get isIdle(): boolean {
    return this.#taken === 0
  }

  /** How many have a place, and how many wait for one. */
  get inUse(): Bound {
    return { running: this.#taken, waiting: this.#waiting?.size ?? 0 }
  }

  /** Takes a free place; `false` when there is none. */
  take(): boolean {
    if (this.#taken >= this.#most) return false
    this.#taken += 1
    return true
  }

  /**
   * Resolves when the caller has a place. Throws `temporarily_unavailable` when too many wait, and the reason
   * of `over` when that is aborted first: the caller has left the queue then.
   */
  async wait(over: AbortSignal): Promise<void> {
    over.throwIfAborted()
    this.#waiting ??= new Set()
    const waiting = this.#waiting
    if (waiting.size >= this.#mostWaiting) throw tooMany()
    await new Promise<void>((taken, refused) => {
      waiting.add(taken)
      over.addEventListener('abort', () => waiting.delete(taken) && refused(over.reason), { once: true })
    })
  }

  /** Returns a place, to the next in the queue if there is one. Call it once for each place taken. */
  leave(): void {
    for (const next of this.#waiting ?? []) {
      this.#waiting?.delete(next)
      next()
      return
    }
    this.#taken -= 1
  }
}

/** The refusal of a call that gets no place. */
export function tooMany(): OAuthError {
  return new OAuthError('temporarily_unavailable', 'too many calls at once', { retryAfter: 1 })
}
