import type { Profile, ShownProfile } from '#lib/db/users.ts'
import { isUsableSubject } from './subject.ts'

/** What is shown of a person, by bytes no more than a cookie can carry; what is longer or empty is left out. */
export function displayProfile(claims: Record<string, unknown>): ShownProfile {
  return {
    ...short('name', claims.name, 256),
    ...short('email', claims.email, 320),
    ...short('image', claims.image ?? claims.picture, 500),
  }
}

function short(key: keyof Profile, value: unknown, bytes: number): ShownProfile {
  if (typeof value !== 'string') return {}
  // PostgreSQL keeps no NUL. Marks that turn the direction of writing could make the words around a name unreadable.
  const text = value
    .toWellFormed()
    .replace(/[\p{Cc}\p{Bidi_Control}]/gu, '')
    .trim()
  return text === '' || Buffer.byteLength(text) > bytes ? {} : { [key]: text }
}

type SignIn = {
  provider: { type: string; issuer?: string | undefined; authorization?: unknown; subjectClaim: string }
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
  // Only an ID token's claims have been verified; what a user API says of an issuer is anybody's word.
  const told = provider.type === 'oidc' && typeof claims.iss === 'string' ? claims.iss : undefined
  const issuer = told ?? provider.issuer ?? originOf(provider.authorization)
  const byAccount = provider.type !== 'oidc' && provider.subjectClaim === 'sub'
  const subject = byAccount ? providerAccountId : claims[provider.subjectClaim]
  if (!isUsableSubject(subject)) throw new Error(`the provider sent no usable ${provider.subjectClaim} claim`)
  return { issuer, subject }
}

function originOf(endpoint: unknown): string {
  const url = typeof endpoint === 'string' ? endpoint : (endpoint as { url?: string | URL } | undefined)?.url
  if (!url) throw new Error('the provider has neither an issuer nor an authorization endpoint')
  return new URL(url).origin
}
