import type { ServerResponse } from 'node:http'

/** Events that are written at once, and that may wait for a slow reader before its connection is closed. */
const atOnce = 500
const mostWaiting = 50_000

/** Server-sent events, in ASCII, that wait for a reader, sent as fast as it reads. */
export class EventOutbox {
  readonly #res: ServerResponse
  readonly #waiting: { text: string; events: number }[] = []
  #events = 0
  #emptied = () => {}

  constructor(res: ServerResponse) {
    this.#res = res
    res.on('drain', () => this.#flush()).once('close', () => this.#emptied())
  }

  /** Sends the text of so many events. Breaks the connection off when too many wait. */
  send(text: string, events = 1): void {
    const last = this.#waiting.at(-1)
    if (last && last.events + events <= atOnce) {
      last.text += text
      last.events += events
    } else this.#waiting.push({ text, events })
    this.#events += events
    if (this.#events > mostWaiting) this.#res.destroy()
    else if (!this.#res.writableNeedDrain) this.#flush()
  }

  /** Resolves when nothing waits, or the connection has closed. One caller may wait at a time. */
  async emptied(): Promise<void> {
    if (this.#waiting.length === 0 || this.#res.closed) return
    await new Promise<void>((resolve) => {
      this.#emptied = resolve
    })
  }

  #flush(): void {
    while (!this.#res.destroyed && !this.#res.writableEnded) {
      const next = this.#waiting.shift()
      if (!next) break
      this.#events -= next.events
      if (!this.#res.write(next.text, 'latin1')) return
    }
    this.#emptied()
  }
}
