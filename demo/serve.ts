import { readFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { certificateFiles } from './lan/certificate-files.ts'

/**
 * Serves a demo partner at the host and port of its address; in the network, with a certificate, at all of
 * this machine's. Prints one line when it listens, and ends on SIGINT or SIGTERM.
 */
export function serve(address: string, name: string, listener: RequestListener): void {
  const { hostname, port } = new URL(address)
  const files = certificateFiles()
  const server = files
    ? createHttpsServer({ cert: readFileSync(files.certificate), key: readFileSync(files.key) }, listener)
    : createServer(listener)
  const host = files ? '0.0.0.0' : hostname.replace(/^\[|\]$/g, '')
  server.listen(Number(port || (files ? 443 : 80)), host, () =>
    process.stdout.write(`${name} serves at ${address}\n`),
  )
  server.on('error', (error) => {
    process.stderr.write(`${name} cannot serve at ${address}: ${error.message}\n`)
    process.exit(1)
  })

  // Event streams never end, so this does not wait for them.
  const end = () => {
    server.close(() => process.exit(0))
    server.closeAllConnections()
  }
  process.once('SIGINT', end)
  process.once('SIGTERM', end)
}
