import { createMemoryStore, type MemoryStore } from './memory-store.ts'
import { type KnownProvider, lazyProvider } from './provider.ts'

const HOUR = 60 * 60

/** The time limit from the redirect to the provider until the callback, in seconds. */
export const FLOW_TTL = 10 * 60
/** Lifetime in seconds. */
export const SESSION_TTL = 8 * HOUR

/** A sign-in that has begun but not finished. */
export type Flow = {
  state: string
  /** OpenID Connect's `nonce`, not the hand-off nonce. */
  nonce: string
  verifier: string
  /** Where to go at the end: an absolute URL of the web application. */
  returnTo: string
}

/** A signed-in person's session at the web application. */
export type Session = {
  name: string
  sub: string
  /** The session at the provider, which its logout tokens name. */
  sid: string | undefined
  acr: string | undefined
  amr: string[] | undefined
  /** Seconds since 1970. */
  authTime: number | undefined
  idToken: string
}

export type Settings = {
  /** Origins without a trailing slash. */
  batonUrl: string
  webUrl: string
  clientId?: string
  clientSecret?: string
}

/** What the parts of one web application share. */
export type Application = {
  webUrl: string
  /** The `iss` of Baton's OpenID Provider. */
  issuer: string
  clientId: string
  redirectUri: string
  provider: () => Promise<KnownProvider>
  flows: MemoryStore<Flow>
  sessions: MemoryStore<Session>
}

/** Creates what the parts of a web application share. */
export function createApplication({
  batonUrl,
  webUrl,
  clientId = 'demo-web',
  clientSecret = 'demo-web-application-secret',
}: Settings): Application {
  const issuer = `${batonUrl}/oidc`
  return {
    webUrl,
    issuer,
    clientId,
    redirectUri: `${webUrl}/callback`,
    provider: lazyProvider({ issuer, clientId, clientSecret }),
    flows: createMemoryStore({ seconds: FLOW_TTL }),
    sessions: createMemoryStore({ seconds: SESSION_TTL }),
  }
}
