import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { pipeline } from 'node:stream'
import { listen } from '../partners.ts'

/** What it says when a tunnel is there. */
export const established = 'HTTP/1.1 200 Connection Established\r\n\r\n'

const password = 'p@ss word'

/**
 * Starts a proxy that makes tunnels to any address (RFC 9110, section 9.3.6) for those who know its password,
 * and does nothing else. What it does about a host of `strange` is up to the test.
 */
export async function startTunnelProxy(strange: Record<string, (socket: Socket, port: number) => void> = {}) {
  const seen: string[] = []
  const sockets = new Set<Socket>()
  const proxy = await listen((_, response) => response.writeHead(501).end())
  const credentials = `Basic ${btoa(`baton:${password}`)}`
  proxy.server.on('connect', ({ url: target = '', headers }, socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket)).on('error', () => {})
    if (headers['proxy-authorization'] !== credentials)
      return socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
    seen.push(target)
    const [host = '', port] = target.split(':')
    if (strange[host]) return strange[host](socket, Number(port))
    const server = connect(Number(port), host)
    server.once('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'))
    server.once('connect', () => {
      socket.write(established)
      pipeline(socket, server, socket, () => {})
    })
  })
  const url = (secret: string) => proxy.url.replace('//', `//baton:${encodeURIComponent(secret)}@`)
  return {
    /** The addresses of the tunnels that it was asked for. */
    seen,
    url: url(password),
    urlWithWrongPassword: url('wrong guess'),
    password,
    async close() {
      for (const socket of sockets) socket.destroy()
      await Promise.all([proxy.close(), ...[...sockets].map((socket) => once(socket, 'close'))])
    },
  }
}

/** An address without its scheme, as a tunnel names it. */
export const tunnelTo = (url: string) => new URL(url).host
