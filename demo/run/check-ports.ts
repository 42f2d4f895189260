import { once } from 'node:events'
import { connect, createServer, type Server } from 'node:net'

export type Place = {
  /** The process that wants to listen, as the subject of a sentence. */
  name: string
  host: string
  port: number
  /** The environment variable that changes the address. */
  variable: string
}

/**
 * Finds the first port that is not free. Returns one sentence with the reason and the remedy, or `undefined`
 * when all are free.
 */
export async function findTakenPort(places: readonly Place[]): Promise<string | undefined> {
  const held: Server[] = []
  try {
    // Holds each port until the last is checked, to find two parts of the demo on one port as well.
    for (const place of places) {
      const reason = (await isAnswered(place)) ? 'EADDRINUSE' : await hold(place, held)
      if (reason) return sentence(place, reason)
    }
    return undefined
  } finally {
    await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))))
  }
}

function sentence({ name, host, port, variable }: Place, reason: string): string {
  const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  const fault = reason === 'EADDRINUSE' ? 'is taken' : `cannot be used (${reason})`
  const remedy = `stop the program there, or set ${variable}`
  return `${name} needs the port at ${address}, but it ${fault}: ${remedy}.`
}

// Some systems allow a second process on 127.0.0.1 beside one that listens on all addresses.
async function isAnswered({ host, port }: Place): Promise<boolean> {
  const socket = connect({ host, port, timeout: 1000 })
  try {
    return await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true))
      socket.once('error', () => resolve(false))
      socket.once('timeout', () => resolve(false))
    })
  } finally {
    socket.destroy()
  }
}

async function hold({ host, port }: Place, held: Server[]): Promise<string | undefined> {
  const server = createServer((socket) => socket.destroy())
  try {
    server.listen({ host, port, exclusive: true })
    await once(server, 'listening')
    held.push(server)
    return undefined
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown'
  }
}
