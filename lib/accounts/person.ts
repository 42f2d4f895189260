import type { Profile } from '#lib/db/users.ts'
import { isUsableSubject } from './subject.ts'

/** What is shown of a person, cut to what a cookie and a page can carry; unusable values are left out. */
export function displayProfile(claims: Record<string, unknown>): Partial<Profile> {
  return {
    ...short('name', claims.name, 200),
    ...short('email', claims.email, 320),
    ...short('image', claims.image ?? claims.picture, 500),
  }
}

function short(key: keyof Profile, value: unknown, length: number): Partial<Profile> {
  if (typeof value !== 'string') return {}
  // PostgreSQL keeps no NUL, and no other control character belongs in what a page shows.
  const text = value.replace(/\p{Cc}/gu, '').trim()
  return text === '' || text.length > length ? {} : { [key]: text }
}

type SignIn = {
  provider: { issuer?: string | undefined; authorization?: unknown; subjectClaim: string }
  providerAccountId: string
  claims: Record<string, unknown>
}

/**
 * Who a sign-in at a provider is for, as (`iss`, subject). `iss` is the ID token's own, else the configured issuer, else the
 * provider's origin. Throws an `Error` when the subject claim is missing: without it nobody can be told apart.
 */
export function identify({ provider, providerAccountId, claims }: SignIn): {
  issuer: string
  subject: string
} {
  const issuer =
    typeof claims.iss === 'string' ? claims.iss : (provider.issuer ?? originOf(provider.authorization))
  const subject =
    claims[provider.subjectClaim] ?? (provider.subjectClaim === 'sub' ? providerAccountId : undefined)
  if (!isUsableSubject(subject)) throw new Error(`the provider sent no usable ${provider.subjectClaim} claim`)
  return { issuer, subject }
}

function originOf(endpoint: unknown): string {
  const url = typeof endpoint === 'string' ? endpoint : (endpoint as { url?: string | URL } | undefined)?.url
  if (!url) throw new Error('the provider has neither an issuer nor an authorization endpoint')
  return new URL(url).origin
}
