import type { Asker } from '../../support/openapi/asker.ts'
import type { Stage } from '../../support/stage.ts'

/** Asks for everything that a group of operations answers; the record compares the answers. */
export type Play = (given: Given) => Promise<void>

/** What a play has. */
export type Given = Asker & {
  stage: Stage
  /** A new web nonce of `app`, for a person of its own unless there is an ID token. */
  webNonce(idToken?: string): Promise<string>
  /** An ID token of somebody whom the configuration does not let in. */
  refusedIdToken(): Promise<string>
  /** A JWT of the operator's. */
  operatorJwt(): Promise<string>
}

export const ownPage = { 'sec-fetch-site': 'same-origin' }

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

/** The value of a text field of a JSON answer. */
export async function fieldOf(answer: Response, name: string): Promise<string> {
  const value = ((await answer.json()) as Record<string, unknown>)[name]
  if (typeof value !== 'string') throw new Error(`${answer.status} has no ${name}`)
  return value
}
