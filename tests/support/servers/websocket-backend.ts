import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'

/** A backend whose WebSocket answers each message with itself, and which remembers how it was asked. */
export async function startWebSocketBackend(port = 0) {
  const handshakes: IncomingMessage[] = []
  const closed: number[] = []
  const server = createServer((_, res) => res.writeHead(404).end('no such room'))
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => (offered.has('chat') ? 'chat' : false),
    perMessageDeflate: true,
  })
  sockets.on('connection', (socket) => {
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }))
    socket.on('close', (code) => closed.push(code))
    socket.send('hello')
  })
  server.on('upgrade', (req, socket, head) => {
    handshakes.push(req)
    if (req.url?.startsWith('/full')) {
      const head = [
        'HTTP/1.1 429 Too Many Requests',
        'Retry-After: 7',
        'Sec-WebSocket-Version: 13',
        'Set-Cookie: a=b',
        'X-Request-Id: of the backend',
        'Content-Length: 4',
      ]
      socket.end(`${head.join('\r\n')}\r\n\r\nfull`)
      return
    }
    sockets.handleUpgrade(req, socket, head, (opened) => sockets.emit('connection', opened))
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    handshakes,
    closed,
    close() {
      for (const client of sockets.clients) client.terminate()
      server.closeAllConnections()
      server.close()
    },
  }
}
