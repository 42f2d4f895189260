import { OAuthError } from '#lib/oauth/error.ts'

/** Streams of one resource server at one process. */
const most = 16
/** Seconds until a resource server may find a place: a broken connection is noticed by then. */
const retryAfter = 5

/** Counts the streams by which each resource server follows the feed of revocations in this process. */
export class FeedReaders {
  readonly #streams = new Map<string, number>()

  /** How many streams there are. */
  get count(): number {
    let count = 0
    for (const streams of this.#streams.values()) count += streams
    return count
  }

  /**
   * Takes a place for a client's stream; returns the function that gives it back. Throws `slow_down` when the
   * client has too many.
   */
  enter(clientId: string): () => void {
    const streams = this.#streams.get(clientId) ?? 0
    if (streams >= most)
      throw new OAuthError('slow_down', `this client has ${most} streams of the feed here`, { retryAfter })
    this.#streams.set(clientId, streams + 1)
    return () => this.#leave(clientId)
  }

  #leave(clientId: string): void {
    const streams = (this.#streams.get(clientId) ?? 0) - 1
    if (streams > 0) this.#streams.set(clientId, streams)
    else this.#streams.delete(clientId)
  }
}
