import { createHash } from 'node:crypto'

/** What the database keeps of a nonce, to find its row by. */
export function nonceHash(nonce: string): Buffer {
  return createHash('sha256').update(nonce).digest()
}
