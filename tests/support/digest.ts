import { createHash } from 'node:crypto'

/** SHA-256 as the backend tells it. */
export function sha256Hex(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex')
}
