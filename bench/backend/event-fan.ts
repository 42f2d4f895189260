import type { ServerResponse } from 'node:http'

/**
 * Sends server-sent events to all listeners of a channel, each with its time of sending (the machine's
 * monotonic clock).
 */
export class EventFan {
  readonly #channels = new Map<string, Set<ServerResponse>>()

  add(channel: string, res: ServerResponse): void {
    res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    res.write(': welcome\n\n')
    const streams = this.#channels.get(channel) ?? new Set()
    this.#channels.set(channel, streams.add(res))
    res.once('close', () => streams.delete(res))
  }

  /** Sends one event to all listeners and returns their number. */
  publish(channel: string, id: number): number {
    const streams = this.#channels.get(channel) ?? []
    let count = 0
    for (const stream of streams) {
      stream.write(`id: ${id}\ndata: ${process.hrtime.bigint()}\n\n`)
      count++
    }
    return count
  }

  /** Ends a channel's streams, and returns their number. */
  end(channel: string): number {
    const streams = this.#channels.get(channel) ?? new Set()
    this.#channels.delete(channel)
    for (const stream of streams) stream.end()
    return streams.size
  }
}
