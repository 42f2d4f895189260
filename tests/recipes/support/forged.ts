import { createHmac } from 'node:crypto'

/** A JWT with an HMAC under `secret` for its signature, or with none. RFC 7515, section 3.1. */
export function forged(header: object, claims: object, secret?: string): string {
  const signed = `${part(header)}.${part(claims)}`
  return `${signed}.${secret ? createHmac('sha256', secret).update(signed).digest('base64url') : ''}`
}

/** One part of a JWT. */
export function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
