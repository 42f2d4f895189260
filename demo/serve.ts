import { createServer, type RequestListener } from 'node:http'

/**
 * Serves a demo partner at the host and port of its address. Prints one line when it listens, and ends on
 * SIGINT or SIGTERM.
 */
export function serve(address: string, name: string, listener: RequestListener): void {
  const { hostname, port } = new URL(address)
  const server = createServer(listener)
  server.listen(Number(port || 80), hostname.replace(/^\[|\]$/g, ''), () =>
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
