import type { IncomingHttpHeaders } from 'node:http'
import type { SigningKey } from '../../issuer.ts'
import type { Answer, EndpointName, Habits } from './habits.ts'

/** A request that came to a fake provider. */
export type Asked = {
  /** `metadata` and `documents` too. */
  endpoint: EndpointName | 'metadata' | 'documents'
  method: string
  url: URL
  headers: IncomingHttpHeaders
  form: Record<string, string>
}

export type Reply = { status: number; headers: Record<string, string>; body: string; breaks?: boolean }

/** What a person has granted to the client. */
export type Grant = {
  redirectUri: string
  codeChallenge: string | undefined
  nonce: string | undefined
  scope: string
  isOver: boolean
}

/** A fake provider's state. */
export type Fake = {
  habits: Habits
  /** The origin that it calls its own. */
  origin: string
  keys: Record<Habits['signingAlgorithm'], SigningKey>
  codes: Map<string, Grant>
  refreshTokens: Map<string, { grant: Grant; isSpent: boolean }>
  accessTokens: Map<string, { grant: Grant; by: 'code' | 'refresh' }>
  /** Every ID token that it issued. */
  idTokens: string[]
  /** The `jti` of client assertions. */
  assertions: Set<string>
  hasConsented: boolean
}

export function endpointUrl({ origin, habits }: Fake, name: EndpointName): string {
  return new URL(habits.endpoints[name], origin).href
}

/** The issuer that metadata at `/common/…` and ID tokens name. */
export function issuerOf({ origin, habits }: Fake, tenant = habits.tenant): string {
  return `${origin}${tenant ? `/${tenant}/v2.0` : habits.issuerPath}`
}

export const numericDate = ({ habits }: Fake) => Math.floor(Date.now() / 1000) + habits.clockAhead

/** The usual answer of an endpoint, changed by its habit. */
export function answered(usual: { status?: number; members: object }, habit: Answer = {}): Reply {
  const { status = usual.status ?? 200, contentType = 'application/json', headers = {}, members } = habit
  return {
    status,
    headers: { ...(contentType !== null && { 'content-type': contentType }), ...headers },
    body: habit.body ?? JSON.stringify({ ...usual.members, ...members }),
    ...(habit.breaks && { breaks: true }),
  }
}

/** An OAuth error (RFC 6749, section 5.2). */
export function refused(status: number, error: string, error_description?: string): Reply {
  return answered({ status, members: { error, error_description } })
}

export function redirected(to: string | URL, parameters: Record<string, string | undefined>): Reply {
  const url = new URL(to)
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined) url.searchParams.set(name, value)
  return { status: 302, headers: { location: url.href }, body: '' }
}
