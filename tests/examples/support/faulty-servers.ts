import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export type Faulty = Awaited<ReturnType<typeof startFaultyServers>>

type Answer = { status: number; headers?: Record<string, string>; body?: unknown }

/** What Baton answers to an ID token. */
export const webNonce = {
  access_token: 'a-web-nonce',
  issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  token_type: 'Bearer',
}

/**
 * Starts an identity provider and a Baton at one address whose answers a test can change: what is not changed
 * is right. It keeps what it was asked.
 */
export async function startFaultyServers() {
  const asked: { path: string; headers: Record<string, unknown>; form: URLSearchParams }[] = []
  const changed = {
    /** Claims of the next ID token; `undefined` leaves one out. */
    claims: {} as Record<string, unknown>,
    header: { alg: 'RS256' } as Record<string, unknown>,
    metadata: {} as Record<string, unknown>,
    /** Answers by path, in place of the right ones: the first is taken each time. */
    answers: {} as Record<string, Answer[]>,
  }

  const listener: RequestListener = async (request, response) => {
    const path = new URL(request.url ?? '/', origin).pathname
    const form = new URLSearchParams(await text(request))
    asked.push({ path, headers: request.headers, form })
    const { status, headers, body } = changed.answers[path]?.shift() ?? right(path)
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  function right(path: string): Answer {
    if (path === '/.well-known/openid-configuration')
      return {
        status: 200,
        body: {
          issuer: origin,
          authorization_endpoint: `${origin}/authorize`,
          token_endpoint: `${origin}/token`,
          authorization_response_iss_parameter_supported: true,
          ...changed.metadata,
        },
      }
    if (path === '/token') return { status: 200, body: { token_type: 'Bearer', id_token: idToken() } }
    if (path === '/oidc/token') return { status: 200, body: webNonce }
    if (path === '/oidc/revoke') return { status: 200, body: {} }
    return { status: 404, body: { error: 'not_found' } }
  }

  function idToken(): string {
    const now = Math.floor(Date.now() / 1000)
    const claims = {
      iss: origin,
      aud: 'demo-phone',
      sub: 'somebody',
      name: 'Somebody',
      iat: now,
      exp: now + 60,
      ...changed.claims,
    }
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    return `${part(changed.header)}.${part(claims)}.c2lnbmF0dXJl`
  }

  return {
    origin,
    asked,
    changed,
    async stop() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
