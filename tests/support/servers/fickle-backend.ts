import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

/** A backend that keeps its connections, and ends one as `end` says at the second request on it. */
export async function startFickleBackend(port = 0) {
  const seen: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    let calls = 0
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      const line = chunk.toString('latin1').split('\r\n', 1)[0] ?? ''
      if (!line.endsWith('HTTP/1.1')) return
      seen.push(line)
      if (++calls === 1 && !line.includes('/never')) socket.write(answer)
      else if (line.includes('/half')) socket.end('HTTP/1.1 2')
      else if (line.includes('/reset')) socket.resetAndDestroy()
      else if (line.includes('/stuck')) return
      else socket.end()
    })
  }).listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
