import { connect as connectPlain } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { Skipped } from '../verdict.ts'
import { serverNameOf } from './server-name.ts'

/** What came back, as latin1, and whether the server then closed the connection. */
export type RawAnswer = { received: string; isClosed: boolean }

/** Sends bytes as they are, on a connection of their own. Rejects where there is none. */
export type Raw = (bytes: string) => Promise<RawAnswer>

/** Milliseconds of silence after which a server that keeps its connection open has said all. */
const silence = 10_000

/**
 * Makes what gives a {@link Raw}, once an honest request has got its answer by it: without that, no answer to
 * an odd one would say nothing. Throws {@link Skipped}.
 */
export function rawAt(url: URL, ca?: string): () => Promise<Raw> {
  const { protocol, hostname, port, host: own } = url
  const host = hostname.replace(/^\[|\]$/g, '')
  const isTls = protocol === 'https:'

  const raw: Raw = (bytes) =>
    new Promise((resolve, reject) => {
      const socket = isTls
        ? connectTls({ host, port: Number(port || 443), servername: serverNameOf(url), ...(ca && { ca }) })
        : connectPlain({ host, port: Number(port || 80) })
      let received = ''
      let isClosed = true
      socket.on('error', reject)
      socket.on(isTls ? 'secureConnect' : 'connect', () => {
        // A reset is one of the ways to close.
        socket.off('error', reject).on('error', () => {})
        socket.write(Buffer.from(bytes, 'latin1'))
      })
      socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')))
      socket.setTimeout(silence, () => {
        isClosed = false
        socket.destroy()
      })
      socket.on('close', () => resolve({ received, isClosed }))
    })

  return async () => {
    const honest = `GET /api/auth/session HTTP/1.1\r\nHost: ${own}\r\nConnection: close\r\n\r\n`
    const { received } = await raw(honest).catch(({ message }: Error) => ({ received: message }))
    if (/^HTTP\/1\.[01] 200 /.test(received)) return raw
    const why = received.split('\r\n', 1)[0]?.slice(0, 80) || 'nothing'
    throw new Skipped(`even an honest request over a socket of its own is answered by ${why}`)
  }
}
