import type { Database } from './database.ts'
import type { Statement } from './prepared.ts'

const take: Statement = {
  name: 'take proof',
  text: `
    INSERT INTO used_proofs (hash, expires_at) VALUES ($1, now() + make_interval(secs => $2::float))
    ON CONFLICT DO NOTHING RETURNING true`,
}

/**
 * Remembers a JWT that works once, by a digest, for so many seconds; `false` when it is known. Of any number
 * of callers over all instances one gets `true`.
 */
export async function takeProof(
  { $prepared }: Pick<Database, '$prepared'>,
  hash: Buffer<ArrayBuffer>,
  seconds: number,
): Promise<boolean> {
  const rows = await $prepared<unknown>(take, [hash, seconds])
  return rows.length === 1
}
