/** Streams and sockets that are open in this process, by the session that they were opened in. */
export class OpenStreams {
  readonly #streams = new Map<string, Set<() => void>>()

  /** Notes one, and what breaks it off. Returns the function that notes that it is over. */
  add(sid: string, breakOff: () => void): () => void {
    const streams = this.#streams.get(sid) ?? new Set()
    this.#streams.set(sid, streams.add(breakOff))
    return () => {
      streams.delete(breakOff)
      if (streams.size === 0 && this.#streams.get(sid) === streams) this.#streams.delete(sid)
    }
  }

  /** Breaks off all of them, when nobody knows any more whose session still lives. */
  breakOffAll(): void {
    this.breakOff([...this.#streams.keys()])
  }

  /** Breaks off those of sessions that have ended. */
  breakOff(sids: Iterable<string>): void {
    for (const sid of sids) for (const end of [...(this.#streams.get(sid) ?? [])]) end()
  }
}
