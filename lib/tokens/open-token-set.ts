import type { Config } from '#lib/config/load.ts'
import { openAny, seal } from '#lib/crypto/seal.ts'
import type { Database } from '#lib/db/database.ts'
import { resealTokenSet } from '#lib/db/token-sets.ts'
import { parseTokenSet, sealingContext, type TokenSet } from './token-set.ts'

/**
 * Decrypts a token set. If an earlier secret sealed it, seals it again in the database with the current one.
 * `undefined` when none of the secrets opens it.
 */
export async function openTokenSet(
  { id, sealed }: { id: string; sealed: string },
  { db, config }: { db: Database; config: Config },
): Promise<TokenSet | undefined> {
  const context = sealingContext(id)
  const found = await openAny(sealed, context, config.secrets)
  if (!found) return undefined
  if (!found.isCurrent)
    await resealTokenSet(db, id, { from: sealed, to: await seal(found.value, context, config.secrets) })
  return parseTokenSet(found.value)
}
