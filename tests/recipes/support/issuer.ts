import { createPublicKey, type JsonWebKey, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { importJWK, type JWK, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose'
import { createSigningKey } from '../../../demo/identity-provider/signing-key.ts'
import { freePort } from '../../support/free-port.ts'
import { createFeed } from './feed.ts'
import { app, audience } from './parties.ts'
import { accessTokenType, createProvider, exchange, noGrant } from './provider.ts'

type Session = { sid: string; clientId: string }

export type Issuer = Awaited<ReturnType<typeof startIssuer>>

/**
 * What a resource server sees of Baton, over HTTP: the OpenID Provider at `/oidc` and the revocation feed.
 */
export async function startIssuer() {
  const [key, other] = await Promise.all([newKey(), newKey()])
  const url = `http://127.0.0.1:${await freePort()}`
  const issuer = `${url}/oidc`
  const provider = createProvider(issuer, [key, other])
  const sessions = new Map<string, Session>()
  const feed = createFeed()

  const handle = provider.callback()
  const server = createServer((request, response) => {
    if (request.url === '/api/revocations') return feed.open(response)
    if (!request.url?.startsWith('/oidc/')) return response.writeHead(404).end()
    void handle(Object.assign(request, { originalUrl: request.url, url: request.url.slice(5) }), response)
  })
  await new Promise<void>((resolve) => server.listen(Number(new URL(url).port), '127.0.0.1', resolve))

  async function post(path: string, form: Record<string, string>) {
    const response = await fetch(`${issuer}${path}`, { method: 'POST', body: new URLSearchParams(form) })
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
    return response
  }

  return {
    url,
    issuer,
    kid: key.kid,
    publicPem: pem(key.privateJwk),
    /** Somebody signs in to an app; gives the web nonce. */
    async signIn(clientId = app) {
      const client = await provider.Client.find(clientId)
      if (!client) throw new Error(`${clientId} is not registered`)
      const sid = randomUUID()
      const of = { accountId: 'person-1', client, ...noGrant, sid, expiresIn: 1800 }
      const webNonce = await new provider.AccessToken(of).save()
      sessions.set(webNonce, { sid, clientId })
      return { webNonce, sid }
    },
    /** A JWT access token, as the app gets it. RFC 8693. */
    async accessToken(webNonce: string, resource = audience) {
      const response = await post('/token', {
        grant_type: exchange,
        subject_token: webNonce,
        subject_token_type: accessTokenType,
        resource,
        client_id: app,
      })
      return ((await response.json()) as { access_token: string }).access_token
    },
    /** Ends the session of a web nonce, as the app does. RFC 7009. */
    async revoke(webNonce: string) {
      await post('/revoke', { token: webNonce, client_id: sessions.get(webNonce)?.clientId ?? app })
      feed.tell(sessions.get(webNonce)?.sid ?? '')
    },
    /** The one of its two keys that it signs with, and the other. */
    keys: { key, other },
    /** A token with this issuer's own signature; a claim or header of `undefined` is left out. */
    async sign(claims: JWTPayload, header: Partial<JWTHeaderParameters> = {}, by = key) {
      const all = { alg: 'RS256', kid: by.kid, typ: 'at+jwt', ...header }
      const crit = Object.fromEntries((header.crit ?? []).map((name) => [name, true]))
      const privateKey = await importJWK(by.privateJwk, all.alg)
      return new SignJWT(claims).setProtectedHeader(all).sign(privateKey, { crit })
    },
    close() {
      feed.close()
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}

// Published without `alg`, so that nothing but the resource server's own list says which algorithms are good.
async function newKey() {
  const key = await createSigningKey()
  return { ...key, privateJwk: { ...key.privateJwk, alg: undefined } }
}

function pem(jwk: JWK): string {
  const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' })
  return key.export({ type: 'spki', format: 'pem' }).toString()
}
