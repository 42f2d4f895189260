import { openAny, seal } from '#lib/crypto/seal.ts'
import { resealTokenSet } from '#lib/db/token-sets.ts'
import type { Runtime } from '#lib/runtime.ts'
import { parseTokenSet, sealingContext, type TokenSet } from './token-set.ts'

/**
 * What a sealed token set holds, sealed anew where that was done under an earlier secret; `undefined` when it was sealed under none of the
 * secrets.
 */
export async function openTokenSet(
  { id, sealed }: { id: string; sealed: string },
  { db, config }: Pick<Runtime, 'db' | 'config'>,
): Promise<TokenSet | undefined> {
  const context = sealingContext(id)
  const found = await openAny(sealed, context, config.secrets)
  if (!found) return undefined
  if (!found.isCurrent)
    await resealTokenSet(db, id, { from: sealed, to: await seal(found.value, context, config.secrets) })
  return parseTokenSet(found.value)
}
