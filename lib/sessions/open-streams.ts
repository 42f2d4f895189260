/** An event stream or a WebSocket. */
export type OpenStream = {
  /** Ends it at once: its session has ended. */
  breakOff(): void
  /** Ends it as the server leaves: whoever reads it may connect to another one. */
  leave(): void
}

/** Streams and sockets that are open in this process, by the session that they were opened in. */
export class OpenStreams {
  readonly #streams = new Map<string, Set<OpenStream>>()
  #hasLeft = false

  /** How many are open. */
  get count(): number {
    let count = 0
    for (const streams of this.#streams.values()) count += streams.size
    return count
  }

  /**
   * Adds a stream; ends it at once when the server is leaving. Returns the function to call when the stream
   * has ended by itself.
   */
  add(sid: string, stream: OpenStream): () => void {
    const streams = this.#streams.get(sid) ?? new Set()
    this.#streams.set(sid, streams.add(stream))
    // Its caller has not got the function yet.
    if (this.#hasLeft) queueMicrotask(() => stream.leave())
    return () => {
      streams.delete(stream)
      if (streams.size === 0 && this.#streams.get(sid) === streams) this.#streams.delete(sid)
    }
  }

  /** Breaks off all streams: this process no longer knows which sessions are alive. */
  breakOffAll(): void {
    this.breakOff([...this.#streams.keys()])
  }

  /** Breaks off the streams of sessions that have ended. */
  breakOff(sids: Iterable<string>): void {
    for (const sid of sids) for (const stream of [...(this.#streams.get(sid) ?? [])]) stream.breakOff()
  }

  /** Ends all streams, as the server stops. */
  leave(): void {
    this.#hasLeft = true
    for (const streams of [...this.#streams.values()]) for (const stream of [...streams]) stream.leave()
  }
}
