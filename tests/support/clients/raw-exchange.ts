import { connect, type Socket } from 'node:net'

/**
 * Sends bytes as they are on their own connection. Gives what came back, as latin1, until the server closed
 * it or `enough` said so.
 */
export function rawExchange(
  address: string,
  bytes: string | Buffer,
  enough: (received: string, socket: Socket) => boolean = () => false,
): Promise<string> {
  const { hostname, port } = new URL(address)
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) })
    let received = ''
    socket.on('connect', () => socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes))
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1')
      if (enough(received, socket)) socket.destroy()
    })
    // A reset is one of the ways to close.
    socket.on('error', () => {})
    socket.on('close', () => resolve(received))
  })
}

/** The head of a request: its first line without the version, and its header lines. */
export function rawHead(request: string, ...headers: string[]): string {
  return `${[`${request} HTTP/1.1`, ...headers].join('\r\n')}\r\n\r\n`
}
