import { connect, type Socket } from 'node:net'

/**
 * Sends bytes as they are on a connection of its own and resolves with all that came back, as latin1, when the server has closed it
 * or when `enough` says so.
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
