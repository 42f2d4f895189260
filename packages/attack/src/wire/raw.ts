import { connect as connectPlain } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { serverNameOf } from './server-name.ts'

type Raw = (bytes: string) => Promise<string>

/** Milliseconds of silence after which a server that keeps its connection open has said all. */
const silence = 2_000

/** Makes what sends bytes as they are, on a connection of their own, and gives what came back, as latin1. */
export function rawAt(url: URL, ca?: string): Raw {
  const { protocol, hostname, port } = url
  const host = hostname.replace(/^\[|\]$/g, '')
  const isTls = protocol === 'https:'
  return (bytes) =>
    new Promise((resolve) => {
      const socket = isTls
        ? connectTls({ host, port: Number(port || 443), servername: serverNameOf(url), ...(ca && { ca }) })
        : connectPlain({ host, port: Number(port || 80) })
      let received = ''
      socket.on(isTls ? 'secureConnect' : 'connect', () => socket.write(Buffer.from(bytes, 'latin1')))
      socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')))
      socket.setTimeout(silence, () => socket.destroy())
      // A reset is one of the ways to close.
      socket.on('error', () => {})
      socket.on('close', () => resolve(received))
    })
}
