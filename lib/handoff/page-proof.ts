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
  /** Of a bound nonce that is for an application. */
  target: z.string().nullish(),
  /** Of a bound nonce, once this browser has shown it; `byHeader` if by the header, which no link can set. */
  verifier: z.string().optional(),
  shownAt: z.coerce.date().optional(),
  byHeader: z.boolean().optional(),
})

/**
 * What a browser keeps of a hand-off page that it opened: when, its form's token, and a bound nonce's
 * verifier.
 */
export type PageProof = z.output<typeof schema>

/** The proof of a page first opened at this time. */
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

/** Whether a form brought the token of its page, compared in constant time. */
export function isFormTokenOf(proof: PageProof, formToken: string | undefined): boolean {
  return formToken !== undefined && timingSafeEqual(sha256(formToken), sha256(proof.formToken))
}
