import { readFileSync } from 'node:fs'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { createServer } from 'node:https'
import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { addresses } from '../addresses.ts'
import { certificateFiles } from './certificate-files.ts'

// Stands in front of Baton as a reverse proxy does: it takes the encryption off, and tells where calls come
// from.

const { batonUrl } = addresses()
const behind = { host: '127.0.0.1', port: Number(process.env.PORT) }
const { certificate, key } = certificateFiles() ?? {}
if (!certificate || !key) throw new Error('DEMO_TLS_CERTIFICATE and DEMO_TLS_KEY name the files')

const server = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, async (req, res) => {
  const onward = httpRequest({ ...behind, method: req.method, path: req.url, headers: headersOf(req) })
  onward.once('response', (answer) => {
    res.writeHead(answer.statusCode ?? 502, answer.statusMessage, answer.rawHeaders)
    pipeline(answer, res).catch(() => {})
  })
  onward.once('error', () => {
    if (!res.headersSent) res.writeHead(502)
    res.end()
  })
  res.once('close', () => onward.destroy())
  pipeline(req, onward).catch(() => {})
})

server.on('upgrade', (req: IncomingMessage, socket: Duplex, head: Buffer) => {
  const headers = { ...headersOf(req), connection: 'Upgrade', upgrade: req.headers.upgrade }
  const onward = httpRequest({ ...behind, method: req.method, path: req.url, headers })
  const end = () => socket.destroy()
  onward.once('upgrade', (answer, other, rest) => {
    socket.write(headOf(answer))
    socket.write(rest)
    other.write(head)
    pipeline(socket, other, socket).catch(end)
  })
  onward.once('response', (answer) => {
    socket.write(headOf(answer))
    pipeline(answer, socket).catch(end)
  })
  onward.once('error', end)
  onward.end()
})

server.on('error', (error) => {
  process.stderr.write(`The https front cannot serve: ${error.message}\n`)
  process.exit(1)
})
server.listen(Number(new URL(batonUrl).port || 443), '0.0.0.0', () =>
  process.stdout.write(`The https front serves at ${batonUrl}\n`),
)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0))

function headOf({ statusCode, statusMessage, rawHeaders }: IncomingMessage): string {
  const lines = [`HTTP/1.1 ${statusCode} ${statusMessage}`]
  for (let at = 0; at < rawHeaders.length; at += 2)
    // The body comes as it is decoded, and its end is that of the connection.
    if (!/^(transfer-encoding|keep-alive)$/i.test(rawHeaders[at] ?? ''))
      lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`)
  return `${lines.join('\r\n')}\r\n\r\n`
}

function headersOf({ headers, socket }: IncomingMessage): Record<string, string | string[] | undefined> {
  // What a stranger says of where a call comes from, and of its id, is not passed on.
  const rest = Object.fromEntries(
    Object.entries(headers).filter(([name]) => !/^(forwarded$|x-forwarded-|x-request-id$)/.test(name)),
  )
  const address = socket.remoteAddress?.replace(/^::ffff:/, '')
  return { ...rest, 'x-forwarded-for': address, 'x-forwarded-proto': 'https' }
}
