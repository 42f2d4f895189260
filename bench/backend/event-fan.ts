import type { ServerResponse } from 'node:http'

/** Server-sent events to everyone who listens on a channel, each with the time at which it was sent (the machine's monotonic clock). */
export class EventFan {
  readonly #channels = new Map<string, Set<ServerResponse>>()

  add(channel: string, res: ServerResponse): void {
    res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    res.write(': welcome\n\n')
    const streams = this.#channels.get(channel) ?? new Set()
    this.#channels.set(channel, streams.add(res))
    res.once('close', () => streams.delete(res))
  }

  /** Sends one event to all and tells how many they were. */
  publish(channel: string, id: number): number {
    const streams = this.#channels.get(channel) ?? []
    let count = 0
    for (const stream of streams) {
      stream.write(`id: ${id}\ndata: ${process.hrtime.bigint()}\n\n`)
      count++
    }
    return count
  }
}
