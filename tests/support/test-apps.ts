import { randomUUID } from 'node:crypto'
import { createClient, type Signer } from '@baton/client'
import { createResourceServer } from '@baton/resource-server'
import type { JWTHeaderParameters, JWTPayload } from 'jose'
import { signIn } from '../../demo/phone/sign-in.ts'
import { fetchAt } from './clients/fetch-at.ts'
import { type DeviceKey, newDeviceKey, type ProofOptions } from './device-key.ts'
import type { Stage } from './stage.ts'
import { test as base, perFile } from './test.ts'

export type App = ReturnType<typeof appOf>

/** What a call with a proof is made with; what is left out is right. */
export type BoundCall = {
  method?: string
  form?: Record<string, string>
  headers?: Record<string, string>
  /** The instance that is called, where that is not the first one. */
  at?: string
  /** What is otherwise in the proof, or the proof itself. */
  proof?: Partial<ProofOptions> | string
  /** The key that signs, where it is not that of the web nonce. */
  key?: DeviceKey
}

export const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange'
export const idTokenType = 'urn:ietf:params:oauth:token-type:id_token'
export const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'

/** HTTP Basic credentials (RFC 6749, section 2.3.1). */
export const basic = (id: string, secret: string) => `Basic ${btoa(`${id}:${secret}`)}`

/** Tests of the apps and resource servers of `fullConfig`. */
export const test = base
  .extend('app', perFile, ({ stage }) => appOf(stage))
  /** A resource server as the package makes it. */
  .extend(
    'resourceServer',
    perFile,
    ({ baton, partners, closing }) =>
      ({ feed }: { feed: boolean }) =>
        closing(
          createResourceServer({
            batonUrl: baton.url,
            clientId: 'demo-backend',
            clientSecret: 'demo-backend-secret',
            audience: partners.backendUrl,
            feed,
          }),
        ),
  )

/** What the native app `app` does at a Baton. */
export function appOf({ baton, partners }: Stage) {
  const { url } = baton
  const post = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(`${url}${path}`, { method: 'POST', headers, body: new URLSearchParams(form) })

  const exchange = (form: Record<string, string>, headers: Record<string, string> = {}) =>
    post('/oidc/token', { grant_type: tokenExchange, client_id: 'app', ...form }, headers)

  async function webNonce(idToken?: string): Promise<string> {
    const subject_token = idToken ?? (await partners.trustedIssuer.idToken(url))
    const response = await exchange({ subject_token, subject_token_type: idTokenType })
    if (!response.ok) throw new Error(`no web nonce: ${response.status} ${await response.text()}`)
    return ((await response.json()) as { access_token: string }).access_token
  }

  /** Calls Baton with a web nonce and a proof of a key, by the DPoP scheme. */
  async function callBound(webNonce: string, own: DeviceKey, path: string, call: BoundCall = {}) {
    const { method = 'GET', form, headers, at = baton.address, proof = {}, key = own } = call
    const dpop =
      typeof proof === 'string'
        ? proof
        : await key.proof({ method, url: url + path, token: webNonce, ...proof })
    const sent = { method, headers: { authorization: `DPoP ${webNonce}`, dpop, ...headers } }
    return fetchAt(at, url + path, { ...sent, ...(form && { form }) })
  }

  return {
    post,
    /** A web nonce of `app` that is bound to a key, for a new ID token, and how to call with both. */
    async bound(claims: JWTPayload = {}, key?: DeviceKey) {
      const own = key ?? (await newDeviceKey())
      const subject_token = await partners.trustedIssuer.idToken(url, { sub: randomUUID(), ...claims })
      const dpop = await own.proof({ url: `${url}/oidc/token` })
      const response = await exchange({ subject_token, subject_token_type: idTokenType }, { dpop })
      if (!response.ok) throw new Error(`no web nonce: ${response.status} ${await response.text()}`)
      const answer = (await response.json()) as Record<string, unknown> & { access_token: string }
      const webNonce = answer.access_token
      return {
        answer,
        key: own,
        webNonce,
        call: (path: string, options?: BoundCall) => callBound(webNonce, own, path, options),
      }
    },
    /** An ID token of `app` that Baton takes, but for what is given. */
    idToken: (claims?: JWTPayload, header?: Partial<JWTHeaderParameters>) =>
      partners.trustedIssuer.idToken(url, claims, header),
    /** The token exchange of `app`, but for what is given. */
    exchange,
    /** A web nonce of `app` for the ID token, or for a new one. */
    webNonce,
    /** Exchanges a web nonce for a JWT that the demo backend takes. */
    async jwt(webNonce: string): Promise<string> {
      const form = { subject_token: webNonce, subject_token_type: accessTokenType }
      const answer = await exchange({ ...form, resource: partners.backendUrl })
      return ((await answer.json()) as { access_token: string }).access_token
    },
    /** Asks about a token as a resource server does. */
    introspect: (token: string, as = basic('demo-backend', 'demo-backend-secret')) =>
      post('/oidc/introspect', { token }, { authorization: as }),
    revoke: (token: string, client_id = 'app') => post('/oidc/revoke', { token, client_id }),
    /** Calls the backend through the proxy. */
    call: (webNonce: string, path = '/greeting', init: RequestInit = {}) =>
      fetch(`${url}/api/backends/demo/api/authenticated${path}`, {
        ...init,
        headers: { authorization: `Bearer ${webNonce}`, ...init.headers },
      }),
    /** The native app as the package makes it, with somebody signed in. */
    async phone(user: 'demo' | 'bob' = 'demo', signer?: Signer) {
      const client = createClient({
        ...(signer && { signer }),
        batonUrl: url,
        clientId: 'demo-phone',
        identityProvider: {
          issuer: partners.issuer,
          clientId: 'demo-phone',
          scope: 'openid profile email api',
        },
      })
      await signIn(client, { user, password: user })
      return client
    },
  }
}
