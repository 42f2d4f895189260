import type { Allow } from '#lib/config/allow.ts'
import type { TrustedIssuer } from '#lib/config/trusted-issuers.ts'
import type { UpstreamProvider } from '#lib/config/upstream-provider.ts'

type Claims = Record<string, unknown>

/** Somebody whom the operator's `allow` does not let in. */
export class NotAllowedError extends Error {
  override readonly name = 'NotAllowedError'

  constructor() {
    super('`allow` does not let this person in')
  }
}

/**
 * Whether a person with these claims meets an `allow`: every rule that is given. Without one everybody does.
 */
export function isAllowed(claims: Claims, allow: Allow | undefined): boolean {
  if (!allow) return true
  const email = verifiedEmail(claims)?.toLowerCase()
  const { emails, emailDomains, claims: named = {} } = allow
  if (emails && !emails.some((one) => one.toLowerCase() === email)) return false
  if (emailDomains && !emailDomains.some((domain) => email?.endsWith(`@${domain}`))) return false
  return Object.entries(named).every(([name, values]) => hasOne(claims[name], values))
}

/**
 * The e-mail address of a person, if their provider says that it is verified: absence is not verified. Apple
 * and Cognito write the claim as text. OpenID Connect Core 1.0, section 5.1.
 */
export function verifiedEmail({ email, email_verified }: Claims): string | undefined {
  const isVerified = email_verified === true || email_verified === 'true'
  return typeof email === 'string' && isVerified ? email : undefined
}

function hasOne(claim: unknown, values: readonly unknown[]): boolean {
  return [claim].flat().some((one) => values.includes(one))
}

/** By which door a person comes in: a configured provider, or the ID tokens of a trusted issuer. */
export type Door = { provider: string } | { issuer: string }

type Rules = {
  providers: Pick<UpstreamProvider, 'id' | 'issuer' | 'allow'>[]
  trustedIssuers: Pick<TrustedIssuer, 'issuer' | 'allow'>[]
}

/**
 * Whether a person with these claims may come in by a door. An ID token needs what its trusted issuer's own
 * `allow` asks, and what those of providers with the same issuer ask. By a door that is not configured nobody
 * comes in.
 */
export function mayEnter(claims: Claims, door: Door, { providers, trustedIssuers }: Rules): boolean {
  if ('provider' in door) {
    const provider = providers.find(({ id }) => id === door.provider)
    return provider !== undefined && isAllowed(claims, provider.allow)
  }
  const trusted = trustedIssuers.find(({ issuer }) => issuer === door.issuer)
  const same = providers.filter(({ issuer }) => issuer && isSame(issuer, door.issuer))
  return trusted !== undefined && [trusted, ...same].every(({ allow }) => isAllowed(claims, allow))
}

const manyTenants = /\/(common|organizations|consumers)\/v2\.0$/

// An issuer of Entra's for many tenants stands for that of each tenant.
function isSame(issuer: string, other: string): boolean {
  if (issuer === other) return true
  if (!manyTenants.test(issuer)) return false
  const [before = ''] = issuer.split(manyTenants)
  return other.startsWith(`${before}/`) && /^\/[\w.-]+\/v2\.0$/.test(other.slice(before.length))
}

/** Whether the configuration says of anybody that they may not come in. */
export function isRestricted({ providers, trustedIssuers }: Rules): boolean {
  return [...providers, ...trustedIssuers].some(({ allow }) => allow !== undefined)
}
