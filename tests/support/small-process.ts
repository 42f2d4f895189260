import { EventEmitter } from 'node:events'
import { BlockList } from 'node:net'
import type { Config } from '#lib/config/load.ts'
import type { Database } from '#lib/db/database.ts'
import { ProofMemory } from '#lib/dpop/proof-memory.ts'
import { Limits } from '#lib/limits/limits.ts'
import type { Runtime } from '#lib/runtime.ts'
import { OpenStreams } from '#lib/sessions/open-streams.ts'
import { SessionCache } from '#lib/sessions/session-cache.ts'
import { newAccessTokenCache } from '#lib/tokens/access-token-cache.ts'
import { revokeAsTheyEnd } from '#lib/tokens/revoke-token-sets.ts'
import { readableLog } from './log.ts'

/** What one Baton process keeps of sessions and tokens, on the test's database; `text` is its log. */
export function smallProcess(db: Database, config: Config) {
  const { log, text } = readableLog()
  const endings: Runtime['endings'] = new EventEmitter()
  const parts = {
    db,
    config,
    log,
    text,
    hooks: {},
    endings,
    stopping: new AbortController().signal,
    metadata: new Map(),
    refreshes: new Map(),
    accessTokens: newAccessTokenCache(),
    endRefused: async () => 0,
    admit: async () => {},
    limits: new Limits({ db, config, log }),
    trustedProxies: new BlockList(),
    sessions: new SessionCache(),
    proofs: new ProofMemory(),
    streams: new OpenStreams(),
  }
  revokeAsTheyEnd(parts)
  return parts
}
