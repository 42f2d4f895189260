import type { ServerResponse } from 'node:http'

/** The revocation feed of an issuer of the tests: everything since its start, again for everyone. */
export function createFeed() {
  const told: string[] = []
  const open = new Set<ServerResponse>()
  const event = (sid: string, index: number) => `id: ${index + 1}\ndata: ${JSON.stringify({ sid })}\n\n`

  return {
    open(response: ServerResponse) {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
      response.write(`id: 0\n\n${told.map(event).join('')}: ready\n\n`)
      open.add(response)
      response.once('close', () => open.delete(response))
    },
    tell(sid: string) {
      const text = event(sid, told.push(sid) - 1)
      for (const response of open) response.write(text)
    },
    close() {
      for (const response of open) response.destroy()
    },
  }
}
