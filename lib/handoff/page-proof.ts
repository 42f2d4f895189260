import { timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { sha256 } from '#lib/crypto/digest.ts'
import { randomToken } from '#lib/crypto/random-token.ts'
import { open, type Secrets, seal } from '#lib/crypto/seal.ts'
import type { Cancellation } from '#lib/db/nonce-approval.ts'
import { challengeOf } from './code-challenge.ts'

const context = 'handoff page'

const schema = z.object({
  /** SHA-256 of the nonce, in base64url. */
  hash: z.string(),
  /** The nonce itself; a step of the OpenID Provider does not know it. */
  nonce: z.string().optional(),
  openedAt: z.coerce.date(),
  /** What this browser proves itself by: it is in no page and in no log. */
  secret: z.string(),
  /** The client that a bound nonce is for; `null` for Baton itself. */
  target: z.string().nullish(),
  /** The verifier of a bound nonce, once shown; `byHeader` if in the header, which no link can set. */
  verifier: z.string().optional(),
  shownAt: z.coerce.date().optional(),
  byHeader: z.boolean().optional(),
  /** Whether this browser has asked for it, and another device has approved that. */
  hasAsked: z.boolean().optional(),
})

/**
 * What a browser keeps of a hand-off page that it opened: the time, a secret of its own, and the verifier of
 * a bound nonce.
 */
export type PageProof = z.output<typeof schema>

/** The proof of a page that was first opened at this time. */
export function newPageProof(page: Pick<PageProof, 'hash' | 'nonce' | 'openedAt' | 'target'>): PageProof {
  return { ...page, secret: randomToken() }
}

/** The proof as a cookie's value, sealed. */
export function sealPageProof(proof: PageProof, secrets: Secrets): Promise<string> {
  return seal(proof, context, secrets)
}

/** A sealed proof, or `undefined` when Baton did not make it. */
export async function openPageProof(sealed: string, secrets: Secrets): Promise<PageProof | undefined> {
  return schema.safeParse(await open(sealed, context, secrets)).data
}

/** SHA-256 of the nonce of a proof. */
export function nonceHashOf({ hash }: Pick<PageProof, 'hash'>): Buffer<ArrayBuffer> {
  return Buffer.from(hash, 'base64url')
}

/** What the database knows a browser by: a digest of its secret. */
export function browserOf({ secret }: Pick<PageProof, 'secret'>): Buffer<ArrayBuffer> {
  return sha256(`browser ${secret}`)
}

/** What this browser closes when its person cancels; `verifier` is what the form has, if it has one. */
export function cancellationOf(proof: PageProof, verifier: string | undefined): Cancellation {
  const codeChallenge = challengeOf(verifier ?? proof.verifier)
  return { hash: nonceHashOf(proof), codeChallenge, cancelledBy: browserOf(proof) }
}

/** The token of the page's form, which comes from the browser's secret and does not lead back to it. */
export function formTokenOf({ secret }: Pick<PageProof, 'secret'>): string {
  return sha256(`form ${secret}`).toString('base64url')
}

/** Whether a form has the token of its page, compared in constant time. */
export function isFormTokenOf(proof: PageProof, formToken: string | undefined): boolean {
  return formToken !== undefined && timingSafeEqual(sha256(formToken), sha256(formTokenOf(proof)))
}
