import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { pipeline } from 'node:stream'
import { createServer, type TLSSocket } from 'node:tls'
import type { Certificate } from '../certificate.ts'

/**
 * Starts a server at `localhost` that speaks TLS in front of the one at `url`, byte for byte; whoever offers
 * HTTP/2 is held to it.
 */
export async function startTlsFront(url: string, certificate: Certificate) {
  const sockets = new Set<TLSSocket>()
  const server = createServer({ ...certificate, ALPNProtocols: ['h2', 'http/1.1'] }, (socket) => {
    sockets.add(socket)
    pipeline(socket, connect(Number(new URL(url).port), '127.0.0.1'), socket, () => sockets.delete(socket))
  }).listen(0, 'localhost')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `https://localhost:${port}`,
    port,
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
