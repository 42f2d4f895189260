import { issueNonce, type Proof } from '#lib/handoff/issue-nonce.ts'
import { keysOf } from '#lib/id-tokens/issuer-keys.ts'
import { verifyIdToken } from '#lib/id-tokens/verify-id-token.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import { authenticate, bearerToken, type Caller } from './authenticate.ts'
import { callerOf } from './caller.ts'
import { readForm } from './form.ts'

/** `POST /api/nonce`: takes a form, answers a one-time hand-off nonce. */
export async function nonceRequest(request: Request, runtime: Runtime): Promise<Response> {
  const form = await readForm(request.headers.get('content-type'), request.body)
  const prove = () => proofOf(callerOf(request), form.token, runtime)
  const { nonce, expiresIn, handoffUri } = await issueNonce(form, prove, runtime)
  return Response.json(
    { nonce, expires_in: expiresIn, handoff_uri: handoffUri },
    { headers: { 'cache-control': 'no-store' } },
  )
}

async function proofOf(caller: Caller, idToken: string | undefined, runtime: Runtime): Promise<Proof> {
  if (idToken === undefined) return { session: (await authenticate(caller, runtime)).session }
  if (bearerToken(caller) !== undefined)
    throw new OAuthError('invalid_request', 'send either token or a bearer token, not both')
  const { config, issuerKeys: keys, metadata } = runtime
  return {
    idToken: await verifyIdToken(idToken, {
      trustedIssuers: config.trustedIssuers,
      audience: `${config.url}/api/nonce`,
      keysOf: (issuer) => keysOf(issuer, { keys, metadata }),
    }),
  }
}
