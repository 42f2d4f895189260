import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export type Cuttable = {
  url: string
  /** Closes every connection and takes no new one, as when the server goes away. */
  cut(): Promise<void>
  /** Resets every connection, as when a host loses its state. */
  reset(): void
  /** Lets no byte through, but accepts new connections, as when the server hangs. */
  hang(): void
}

/** The same database behind a connection that a test can break. */
export async function cuttable(databaseUrl: string): Promise<Cuttable> {
  const { hostname, port } = new URL(databaseUrl)
  const url = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  let hangs = false
  const keep = (socket: Socket) => {
    sockets.add(socket)
    // These connections are made to be broken.
    socket.on('error', () => socket.destroy())
  }
  const server = createServer((near) => {
    keep(near)
    if (hangs) return
    const far = connect(Number(port), hostname)
    keep(far)
    near.pipe(far).pipe(near)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    async cut() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
    reset() {
      for (const socket of sockets) socket.resetAndDestroy()
    },
    hang() {
      hangs = true
      for (const socket of sockets) socket.unpipe()
    },
  }
}
