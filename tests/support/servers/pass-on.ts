import { type IncomingMessage, request, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'

/** Passes a request on to the server at an address, and its answer back. */
export async function passOn(req: IncomingMessage, res: ServerResponse, address: string): Promise<void> {
  const passed = request(new URL(req.url ?? '/', address), { method: req.method, headers: req.headers })
  passed.on('response', (answer) => {
    res.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
    pipeline(answer, res).catch(() => {})
  })
  await pipeline(req, passed).catch(() => res.destroy())
}
