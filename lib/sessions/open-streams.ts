/** Streams and sockets that are open in this process, by the session that they were opened in. */
export class OpenStreams {
  readonly #streams = new Map<string, Set<() => void>>()

  /**
   * Adds a stream by the function that breaks it off. Returns the function to call when the stream has ended
   * by itself.
   */
  add(sid: string, breakOff: () => void): () => void {
    const streams = this.#streams.get(sid) ?? new Set()
    this.#streams.set(sid, streams.add(breakOff))
    return () => {
      streams.delete(breakOff)
      if (streams.size === 0 && this.#streams.get(sid) === streams) this.#streams.delete(sid)
    }
  }

  /** Breaks off all streams: this process no longer knows which sessions are alive. */
  breakOffAll(): void {
    this.breakOff([...this.#streams.keys()])
  }

  /** Breaks off the streams of sessions that have ended. */
  breakOff(sids: Iterable<string>): void {
    for (const sid of sids) for (const end of [...(this.#streams.get(sid) ?? [])]) end()
  }
}
