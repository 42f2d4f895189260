import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * Listens on a random port of 127.0.0.1 for the redirect with the authorization code (RFC 8252, section 7.3).
 */
export async function listenForRedirect() {
  const { promise: received, resolve } = Promise.withResolvers<URL>()
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', redirectUri)
    const isRedirect = url.pathname === '/callback'
    response.writeHead(isRedirect ? 200 : 404, { 'Content-Type': 'text/plain', Connection: 'close' })
    response.end(isRedirect ? 'Signed in. Return to the app.\n' : 'Nothing here.\n')
    if (isRedirect) resolve(url)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const redirectUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`

  return {
    redirectUri,
    received,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
