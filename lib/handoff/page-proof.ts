import { timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { sha256 } from '#lib/crypto/digest.ts'
import { randomToken } from '#lib/crypto/random-token.ts'
import { open, type Secrets, seal } from '#lib/crypto/seal.ts'

const context = 'handoff page'

const schema = z.object({
  nonce: z.string(),
  openedAt: z.coerce.date(),
  formToken: z.string(),
  /** The client that a bound nonce is for; `null` for Baton itself. */
  target: z.string().nullish(),
  /** The verifier of a bound nonce, once shown; `byHeader` if in the header, which no link can set. */
  verifier: z.string().optional(),
  shownAt: z.coerce.date().optional(),
  byHeader: z.boolean().optional(),
})

/**
 * What a browser keeps of a hand-off page that it opened: the time, the form token, and the verifier of a
 * bound nonce.
 */
export type PageProof = z.output<typeof schema>

/** The proof of a page that was first opened at this time. */
export function newPageProof(nonce: string, openedAt: Date, target: string | null = null): PageProof {
  return { nonce, openedAt, formToken: randomToken(), target }
}

/** The proof as a cookie's value, sealed. */
export function sealPageProof(proof: PageProof, secrets: Secrets): Promise<string> {
  return seal(proof, context, secrets)
}

/** A sealed proof, or `undefined` when Baton did not make it. */
export async function openPageProof(sealed: string, secrets: Secrets): Promise<PageProof | undefined> {
  return schema.safeParse(await open(sealed, context, secrets)).data
}

/** Whether a form has the token of its page, compared in constant time. */
export function isFormTokenOf(proof: PageProof, formToken: string | undefined): boolean {
  return formToken !== undefined && timingSafeEqual(sha256(formToken), sha256(proof.formToken))
}
