import { randomUUID } from 'node:crypto'
import { mayEnter, NotAllowedError } from '#lib/accounts/allowed.ts'
import { rememberClaims } from '#lib/accounts/kept-claims.ts'
import { displayProfile, identify } from '#lib/accounts/person.ts'
import { SignedOutError } from '#lib/accounts/signed-out.ts'
import { usableSubject } from '#lib/accounts/subject.ts'
import { providerOf } from '#lib/config/provider-of.ts'
import { seal } from '#lib/crypto/seal.ts'
import { insertSession } from '#lib/db/sessions.ts'
import { type User, upsertUser } from '#lib/db/users.ts'
import { askSignIn } from '#lib/hooks/ask-sign-in.ts'
import type { Hooks } from '#lib/hooks/hooks.ts'
import { authenticationMethods, authenticationTime } from '#lib/id-tokens/authentication.ts'
import { sealingContext, type TokenSet } from '#lib/tokens/token-set.ts'
import { type Device, deviceText } from './device.ts'
import { endOthers } from './end-refused.ts'
import type { EndingNeeds } from './end-session.ts'

type ProviderSignIn = {
  providerId: string
  providerAccountId: string
  /** The claims of the ID token, or the answer of the provider's user API. */
  claims: Record<string, unknown>
  /** The names of those that the ID token does not say. */
  fromUser?: string[] | undefined
  /** The profile for display that Auth.js's provider made of them. */
  shown: Record<string, unknown>
  tokens: TokenSet
  /** What the person signs in with. */
  device: Device
  /** A time before the provider was asked for them, by the database's clock. */
  provenAfter: Date
}

type Needs = EndingNeeds & {
  hooks: Hooks
  /** Refuses a person who comes for the first time when too many do. */
  admit(person: { issuer: string; subject: string }): Promise<void>
}

type StartedSession = { sid: string; user: User; expiresAt: Date }

/**
 * Starts a session of kind `browser` for a sign-in at a provider: the user (`iss`, subject), the session
 * record and the sealed token set that it owns. Throws `NotAllowedError` for somebody whom `allow` does not
 * let in, whose other sessions end then, or whom the operator's `onSignIn` refuses, `SignedOutError` for
 * somebody whom an operator has signed out everywhere meanwhile, what `askSignIn` and `admit` throw, and
 * another error when the provider did not say who signed in.
 */
export async function startSession(signIn: ProviderSignIn, needs: Needs): Promise<StartedSession> {
  const { db, config } = needs
  const { providerId, claims } = signIn
  const provider = providerOf(providerId, config)
  if (!provider) throw new Error(`there is no provider "${providerId}"`)

  const { providerAccountId } = signIn
  const { issuer, subject } = identify({ provider, providerAccountId, claims })
  const door = { provider: providerId }
  if (!mayEnter(claims, door, config)) {
    await endOthers({ issuer, subject }, door, claims, needs)
    throw new NotAllowedError()
  }
  const asked = { claims, provider: providerId, issuer, subject, door: 'browser' } as const
  const profile = await askSignIn(asked, displayProfile(signIn.shown), needs)
  await needs.admit({ issuer, subject })
  const user = await upsertUser(db, issuer, subject, profile)
  await rememberClaims(user.id, door, { claims, fromUser: signIn.fromUser }, needs)

  const sid = randomUUID()
  const tokenSetId = randomUUID()
  const expiresAt = new Date(Date.now() + config.sessions.lifetime * 1000)
  const isStarted = await insertSession(
    db,
    {
      id: sid,
      kind: 'browser',
      userId: user.id,
      provider: providerId,
      amr: authenticationMethods(claims),
      authTime: authenticationTime(claims) ?? new Date(),
      expiresAt,
      idleTime: config.sessions.idleTime,
      upstreamSubject: usableSubject(claims.sub),
      upstreamSid: usableSubject(claims.sid),
      device: deviceText(signIn.device),
      provenAfter: signIn.provenAfter,
    },
    { id: tokenSetId, sealed: await seal(signIn.tokens, sealingContext(tokenSetId), config.secrets) },
  )
  if (!isStarted) throw new SignedOutError()
  return { sid, user, expiresAt }
}
