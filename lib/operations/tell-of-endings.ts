import { BlockList } from 'node:net'
import { Limits } from '#lib/limits/limits.ts'
import { OpenIdProvider } from '#lib/oidc/openid-provider.ts'
import { endOthers } from '#lib/sessions/end-refused.ts'
import { endSession, noteEnded } from '#lib/sessions/end-session.ts'
import { revokeEnded } from '#lib/tokens/revoke-token-sets.ts'
import type { CommandNeeds } from './command.ts'

/** Tells the applications of ended sessions, and revokes their token sets, as a running instance would. */
export async function tellOfEndings(sids: string[], needs: CommandNeeds): Promise<void> {
  await Promise.all([tellApplications(sids, needs), revokeEnded(null, needs)])
}

async function tellApplications(sids: string[], needs: CommandNeeds): Promise<void> {
  const oidc = await OpenIdProvider.start({
    ...needs,
    hooks: {},
    issuerKeys: new Map(),
    limits: new Limits(needs),
    trustedProxies: new BlockList(),
    endOthers: (person, door, claims) => endOthers(person, door, claims, needs),
    ended: (ended, why) => noteEnded(ended, why, needs),
    signOut: (sid) => endSession(sid, 'signed_out', needs),
    renderPage() {
      throw new Error('a command shows no page')
    },
  })
  try {
    await oidc.endSessions(sids)
  } finally {
    oidc.close()
  }
}
