import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

/**
 * Starts a backend that answers with any bytes: `misbehave` gets each connection, and the path of its
 * request, when the head of the request has arrived.
 */
export async function startSocketBackend(misbehave: (socket: Socket, path: string) => void, port = 0) {
  const sockets = new Set<Socket>()
  const heads: string[] = []
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    let head = ''
    const listen = (chunk: Buffer) => {
      head += chunk.toString('latin1')
      if (!head.includes('\r\n\r\n')) return
      socket.off('data', listen)
      socket.resume()
      heads.push(head.slice(0, head.indexOf('\r\n\r\n')))
      misbehave(socket, head.split(' ', 2)[1] ?? '')
    }
    socket.on('data', listen)
  }).listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** The heads of the requests that arrived, one a connection. */
    heads,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
