import { once } from 'node:events'
import { connect, createServer, type Server } from 'node:net'

export type Place = {
  /** Who wants to listen there, as the subject of a sentence. */
  name: string
  host: string
  port: number
  /** The environment variable that moves it. */
  variable: string
}

/** Finds the first place that cannot be listened at, and says in one sentence why and what to do; nothing when all are free. */
export async function findTakenPort(places: readonly Place[]): Promise<string | undefined> {
  const held: Server[] = []
  try {
    // All are held until the last is tried, so that two of the demo's own at one port are found as well.
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
  return `${name} wants to listen at ${address}, but that port ${fault}: stop what is there, or move it with ${variable}.`
}

// Some systems let a second process listen at 127.0.0.1 beside one that has the port on all addresses.
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
