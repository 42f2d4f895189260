import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Secrets } from '#lib/crypto/seal.ts'

/** What the form of a step has to bring where a browser does not say where it comes from. The step's id is known to its own browser alone. */
export function formTokenOf(uid: string, [current]: Secrets): string {
  return createHmac('sha256', current).update(`interaction form ${uid}`).digest('base64url')
}

/** Whether a form brought it, compared in constant time. */
export function isFormTokenOf(uid: string, token: string | undefined, secrets: Secrets): boolean {
  const given = Buffer.from(token ?? '')
  return secrets.some((secret) => {
    const expected = Buffer.from(formTokenOf(uid, [secret]))
    return expected.length === given.length && timingSafeEqual(expected, given)
  })
}
