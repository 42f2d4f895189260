import { appToken } from '#lib/callers/app-token.ts'
import { authenticate } from '#lib/callers/authenticate.ts'
import type { Caller } from '#lib/callers/caller.ts'
import { deviceOf } from '#lib/callers/device.ts'
import { issueNonce, type Proof } from '#lib/handoff/issue-nonce.ts'
import { admitIdToken } from '#lib/id-tokens/admit-id-token.ts'
import { forNonce } from '#lib/id-tokens/authorized-client.ts'
import { keysOf } from '#lib/id-tokens/issuer-keys.ts'
import { verifyIdToken } from '#lib/id-tokens/verify-id-token.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import { noteRequest } from '#lib/telemetry/request-record.ts'
import { type Answer, type Call, json } from './endpoint.ts'

/**
 * `POST /api/nonce`: issues a one-time hand-off nonce. Throws what `issueNonce` and the caller's proof throw.
 */
export async function nonce({ caller, form }: Call, runtime: Runtime): Promise<Answer> {
  const parameters = await form()
  const prove = () => proofOf(caller, parameters.token, runtime)
  const device = deviceOf(caller, runtime.trustedProxies)
  const { nonce, expiresIn, handoffUri } = await issueNonce(parameters, prove, device, runtime)
  return json({ nonce, expires_in: expiresIn, handoff_uri: handoffUri })
}

async function proofOf(caller: Caller, idToken: string | undefined, runtime: Runtime): Promise<Proof> {
  if (idToken === undefined) return { session: (await authenticate(caller, runtime)).session }
  if (appToken(caller))
    throw new OAuthError('invalid_request', 'send either token or a bearer token, not both')
  const { config, issuerKeys: keys, metadata } = runtime
  const verified = await verifyIdToken(idToken, {
    trustedIssuers: config.trustedIssuers,
    authorize: forNonce(`${config.url}/api/nonce`),
    keysOf: (issuer) => keysOf(issuer, { keys, metadata, providers: config.providers }),
  })
  noteRequest({ client: verified.clientId })
  return { idToken: verified, token: idToken, admit: () => admitIdToken(verified, runtime) }
}
