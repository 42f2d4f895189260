import { request } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { listen } from '../partners.ts'

/** Starts a load balancer that sends each request to the next one of `addresses`. */
export async function startRoundRobin(port: number, addresses: readonly string[]) {
  const state = { addresses, turn: 0 }
  const { close } = await listen(async (req, res) => {
    const address = state.addresses[state.turn++ % state.addresses.length]
    const passed = request(new URL(req.url ?? '/', address), { method: req.method, headers: req.headers })
    passed.on('response', (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      pipeline(answer, res).catch(() => {})
    })
    await pipeline(req, passed).catch(() => res.destroy())
  }, port)
  return {
    close,
    /** Sends requests to these from now on, the first one to the first. */
    send(...next: string[]): void {
      Object.assign(state, { addresses: next, turn: 0 })
    },
  }
}
