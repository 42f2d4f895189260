import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Secrets } from '#lib/crypto/seal.ts'

/**
 * The token that a step's form must bring. It is derived from the step's id, which only its browser knows.
 */
export function formTokenOf(uid: string, [current]: Secrets): string {
  return createHmac('sha256', current).update(`interaction form ${uid}`).digest('base64url')
}

/** Whether `token` is the form token of this step, by any of the secrets; compared in constant time. */
export function isFormTokenOf(uid: string, token: string | undefined, secrets: Secrets): boolean {
  const given = Buffer.from(token ?? '')
  return secrets.some((secret) => {
    const expected = Buffer.from(formTokenOf(uid, [secret]))
    return expected.length === given.length && timingSafeEqual(expected, given)
  })
}
