/** Streams and sockets that are open in this process, by the session that they were opened in. */
export class OpenStreams {
  readonly #streams = new Map<string, Set<() => void>>()

  /**
   * Notes a stream and the function that breaks it off. Returns the function to call when it has ended by
   * itself.
   */
  add(sid: string, breakOff: () => void): () => void {
    const streams = this.#streams.get(sid) ?? new Set()
    this.#streams.set(sid, streams.add(breakOff))
    return () => {
      streams.delete(breakOff)
      if (streams.size === 0 && this.#streams.get(sid) === streams) this.#streams.delete(sid)
    }
  }

  /** Breaks off all streams, once this process can no longer know which sessions live. */
  breakOffAll(): void {
    this.breakOff([...this.#streams.keys()])
  }

  /** Breaks off the streams of sessions that have ended. */
  breakOff(sids: Iterable<string>): void {
    for (const sid of sids) for (const end of [...(this.#streams.get(sid) ?? [])]) end()
  }
}
