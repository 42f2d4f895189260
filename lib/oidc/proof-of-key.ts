import { errors } from 'oidc-provider'
import type { Config } from '#lib/config/load.ts'
import type { Database } from '#lib/db/database.ts'
import { takeProof } from '#lib/db/used-proofs.ts'
import { checkProof, proofsLast, usedBefore } from '#lib/dpop/check-proof.ts'
import { serverNonce } from '#lib/dpop/server-nonce.ts'
import type { Proof } from '#lib/dpop/verify-proof.ts'
import { isOAuthError } from '#lib/oauth/error.ts'
import { mountPath } from './mount-path.ts'
import type { Context } from './types.ts'

type Needs = { db: Database; config: Config }

/**
 * The proof of key that came to a client endpoint, such as `/token`; `undefined` without one. Whoever acts on
 * it has to take it. Throws the library's `invalid_dpop_proof` and `use_dpop_nonce`, which are 400 here (RFC
 * 9449, sections 5 and 8).
 */
export async function proofOfKey(
  ctx: Context,
  path: string,
  { config }: Pick<Needs, 'config'>,
): Promise<Proof | undefined> {
  const sent = ctx.get('dpop')
  if (!sent) return undefined
  // That of the next proof, here or elsewhere (section 8.2).
  ctx.set('dpop-nonce', serverNonce(config.secrets))
  // The library does so at some of these endpoints.
  ctx.set('access-control-expose-headers', 'DPoP-Nonce, WWW-Authenticate')
  const request = { method: 'POST', url: `${config.url}${mountPath}${path}` }
  return checkProof(sent, request, config).catch((error) => {
    throw asTheLibrary(error)
  })
}

/** Takes a proof: it works once, over all instances. Throws the library's `invalid_dpop_proof`. */
export async function takeProofOfKey({ digest }: Proof, { db }: Pick<Needs, 'db'>): Promise<void> {
  if (!(await takeProof(db, digest, proofsLast))) throw asTheLibrary(usedBefore())
}

function asTheLibrary(error: unknown): unknown {
  if (!isOAuthError(error)) return error
  if (error.code === 'use_dpop_nonce')
    return new errors.UseDpopNonce('put the nonce of the header DPoP-Nonce into the DPoP proof')
  if (error.code === 'invalid_dpop_proof')
    return new errors.InvalidDpopProof('the DPoP proof is not acceptable', { cause: error })
  return error
}
