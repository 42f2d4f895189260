import type { Profile, ShownProfile } from '#lib/db/users.ts'
import { isUsableSubject } from './subject.ts'

/**
 * Name, e-mail address and picture of a person, for display. Leaves out what is empty or too long for a
 * cookie.
 */
export function displayProfile(claims: Record<string, unknown>): ShownProfile {
  return {
    ...short('name', claims.name, 256),
    ...short('email', claims.email, 320),
    ...short('image', claims.image ?? claims.picture, 500),
  }
}

function short(key: keyof Profile, value: unknown, bytes: number): ShownProfile {
  if (typeof value !== 'string') return {}
  // PostgreSQL stores no NUL. Bidirectional control characters could garble the text around a name.
  const text = value
    .toWellFormed()
    .replace(/[\p{Cc}\p{Bidi_Control}]/gu, '')
    .trim()
  return text === '' || Buffer.byteLength(text) > bytes ? {} : { [key]: text }
}

type SignIn = {
  provider: { kind: 'oidc' | 'oauth'; accountIssuer: string | undefined; subjectClaim: string }
  providerAccountId: string
  claims: Record<string, unknown>
}

/**
 * Who signed in at a provider, as (`iss`, subject). `iss` is the ID token's own, else the provider's
 * `accountIssuer`. Throws an `Error` when there is no issuer or no usable subject claim: without them people
 * cannot be told apart.
 */
export function identify({ provider, providerAccountId, claims }: SignIn): {
  issuer: string
  subject: string
} {
  // Only the claims of an ID token are verified; a user API could claim any issuer.
  const verified = provider.kind === 'oidc' && typeof claims.iss === 'string' ? claims.iss : undefined
  const issuer = verified ?? provider.accountIssuer
  if (!issuer) throw new Error('the provider has neither an issuer nor an authorization endpoint')
  // Without an ID token the account's own id has been found by the same setting.
  const subject = provider.kind === 'oidc' ? claims[provider.subjectClaim] : providerAccountId
  if (!isUsableSubject(subject)) throw new Error(`the provider sent no usable ${provider.subjectClaim} claim`)
  return { issuer, subject }
}
