import { createHmac, timingSafeEqual } from 'node:crypto'

/** What the form of a step has to bring where a browser does not say where it comes from. The step's id is known to its own browser alone. */
export function formTokenOf(uid: string, secret: string): string {
  return createHmac('sha256', secret).update(`interaction form ${uid}`).digest('base64url')
}

/** Whether a form brought it, compared in constant time. */
export function isFormTokenOf(uid: string, token: string | undefined, secret: string): boolean {
  const [expected, given] = [Buffer.from(formTokenOf(uid, secret)), Buffer.from(token ?? '')]
  return expected.length === given.length && timingSafeEqual(expected, given)
}
