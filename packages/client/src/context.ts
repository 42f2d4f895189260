import type { AccessTokens } from './access-tokens.ts'
import type { Metadata } from './discover.ts'
import type { oneAtATime } from './one-at-a-time.ts'
import type { IdentityProviderOptions, Settings } from './options.ts'
import type { PendingSignIns } from './pending-sign-in.ts'
import type { Sessions } from './sessions.ts'

/** What the functions of one client share. */
export type Context = {
  settings: Settings
  sessions: Sessions
  pendingSignIns: PendingSignIns
  accessTokens: AccessTokens
  /** Runs exchanges of ID tokens one at a time. */
  exchanges: ReturnType<typeof oneAtATime>
  identityProvider(): Promise<{
    options: IdentityProviderOptions & { scope: string }
    metadata: Metadata
  }>
}
