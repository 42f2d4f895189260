import type { FakeProvider } from '../../support/servers/fake-provider.ts'
import type { Row } from '../../support/test-providers.ts'

/** Who is signed in, as `/api/auth/session` and the database have it. */
type SignedIn = {
  name: string | null
  email: string | null
  image: string | null
  issuer: string
  subject: string
}

/** One way that providers behave, and what comes out of a sign-in there. */
export type Habit = Row & {
  /** What the provider does, as the test's name. */
  name: string
  /** What is not `Some Body` of the provider's issuer. */
  person?: Partial<SignedIn> | ((provider: FakeProvider) => Partial<SignedIn>)
  /** What the authorization request says besides, or `undefined` for what it must not say. */
  request?: Record<string, string | undefined>
  /** The provider gives no refresh token. */
  isLasting?: true
  /** The provider revokes no tokens. */
  keepsTokens?: true
  /** Endpoints that are not asked at a sign-in. */
  notAsked?: ('userinfo' | 'metadata')[]
}
