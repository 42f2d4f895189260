import { subjectIdentifierOf } from '#lib/accounts/subject-identifier.ts'
import { appToken } from '#lib/callers/app-token.ts'
import { globalTokenRevocationPath } from '#lib/config/operators.ts'
import { readJson } from '#lib/http/json.ts'
import { keysAt } from '#lib/id-tokens/issuer-keys.ts'
import { verifyOperatorToken } from '#lib/id-tokens/verify-operator-token.ts'
import { isOAuthError, OAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import { signOutGlobally } from '#lib/sessions/sign-out-globally.ts'
import { report } from '#lib/telemetry/reports.ts'
import type { Answer, Call } from './endpoint.ts'

/**
 * `POST /api/global-token-revocation`: an operator signs a person out everywhere. Throws `invalid_token`,
 * `invalid_request`, and what `signOutGlobally` throws. draft-parecki-oauth-global-token-revocation-06.
 */
export async function globalTokenRevocation(call: Call, runtime: Runtime): Promise<Answer> {
  try {
    await signOutFor(call, runtime)
    report('global_sign_out', { outcome: 'done' })
    return { status: 204, headers: { 'cache-control': 'no-store' } }
  } catch (error) {
    report('global_sign_out', { outcome: isOAuthError(error) ? error.code : 'server_error' })
    throw error
  }
}

async function signOutFor({ caller, text }: Call, runtime: Runtime): Promise<void> {
  const { config, issuerKeys: keys } = runtime
  const { token, byDpop = false } = appToken(caller) ?? {}
  if (token === undefined || byDpop)
    throw new OAuthError('invalid_token', 'send a signed JWT as bearer token', { withoutCredentials: true })
  const call = await verifyOperatorToken(token, {
    operators: config.operators,
    audience: `${config.url}${globalTokenRevocationPath}`,
    keysOf: ({ issuer, jwksUri }) => keysAt(jwksUri, issuer, { keys, providers: config.providers }),
  })
  const body = readJson(caller.header('content-type'), await text())
  await signOutGlobally(call, subjectIdentifierOf(body), runtime)
}
