import { randomUUID } from 'node:crypto'
import type { Config } from '#lib/config/load.ts'
import { open, seal } from '#lib/crypto/seal.ts'
import type { Database } from '#lib/db/database.ts'
import { insertSession } from '#lib/db/sessions.ts'
import { findTokenSet } from '#lib/db/token-sets.ts'
import { upsertUser } from '#lib/db/users.ts'
import { deviceText } from '#lib/sessions/device.ts'
import { currentAccessToken } from '#lib/tokens/current-access-token.ts'
import { sealingContext, type TokenSet } from '#lib/tokens/token-set.ts'
import { configOf } from './config.ts'
import { someDevice } from './page-of.ts'
import { fromNow } from './rows.ts'
import { smallProcess } from './small-process.ts'

/** The configuration of a Baton whose one provider is at this issuer. */
export function configWithProvider(issuer: string): Promise<Config> {
  const provider = { id: 'demo', type: 'oidc', issuer, clientId: 'baton', clientSecret: 'a secret' }
  return configOf({ file: { providers: [provider] } })
}

/** A session that holds a token set, and what one Baton process asks of it. */
export async function holdTokens(db: Database, config: Config, tokens: TokenSet, provider = 'demo') {
  const user = await upsertUser(db, 'https://op.example.org', randomUUID(), { name: 'Demo User' })
  const [id, sid] = [randomUUID(), randomUUID()]
  const session = {
    id: sid,
    kind: 'browser' as const,
    userId: user.id,
    provider,
    amr: [],
    authTime: new Date(),
    expiresAt: fromNow(3600),
    idleTime: undefined,
    upstreamSubject: null,
    upstreamSid: null,
    device: deviceText(someDevice),
    provenAfter: new Date(),
  }
  const sealed = await seal(tokens, sealingContext(id), config.secrets)
  await insertSession(db, session, { id, sealed })

  const needs = smallProcess(db, config)
  return {
    id,
    sid,
    needs,
    log: needs.text,
    accessToken: async () => currentAccessToken(id, needs),
    /** The row without its age, which passes, and what its sealed half says. */
    async stored() {
      const row = await findTokenSet(db, id)
      return {
        row: row && { ...row, age: undefined },
        tokens: row && ((await open(row.sealed, sealingContext(id), config.secrets)) as TokenSet),
      }
    },
  }
}
