import { issueNonce, type Proof } from '#lib/handoff/issue-nonce.ts'
import { forNonce } from '#lib/id-tokens/authorized-client.ts'
import { keysOf } from '#lib/id-tokens/issuer-keys.ts'
import { verifyIdToken } from '#lib/id-tokens/verify-id-token.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import { authenticate, bearerToken, type Caller } from './authenticate.ts'
import { readForm } from './form.ts'

/** What `POST /api/nonce` answers for a caller and the form that it sent: a one-time hand-off nonce, by its names on the wire. */
export async function nonceRequest(
  caller: Caller,
  body: AsyncIterable<Uint8Array> | null,
  runtime: Runtime,
): Promise<{ nonce: string; expires_in: number; handoff_uri: string }> {
  const form = await readForm(caller.header('content-type'), body)
  const { nonce, expiresIn, handoffUri } = await issueNonce(
    form,
    () => proofOf(caller, form.token, runtime),
    runtime,
  )
  return { nonce, expires_in: expiresIn, handoff_uri: handoffUri }
}

async function proofOf(caller: Caller, idToken: string | undefined, runtime: Runtime): Promise<Proof> {
  if (idToken === undefined) return { session: (await authenticate(caller, runtime)).session }
  if (bearerToken(caller) !== undefined)
    throw new OAuthError('invalid_request', 'send either token or a bearer token, not both')
  const { config, issuerKeys: keys, metadata } = runtime
  return {
    idToken: await verifyIdToken(idToken, {
      trustedIssuers: config.trustedIssuers,
      authorize: forNonce(`${config.url}/api/nonce`),
      keysOf: (issuer) => keysOf(issuer, { keys, metadata }),
    }),
  }
}
