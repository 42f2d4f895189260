import { hash } from 'node:crypto'

/** The SHA-256 of a text, which is stored in place of a bearer secret. */
export function sha256(text: string): Buffer<ArrayBuffer> {
  return hash('sha256', text, 'buffer') as Buffer<ArrayBuffer>
}
