import { type Baton, batonOf } from '../competitors/baton.ts'
import { authorization, type Introspection, plainOidcProviderOf } from '../competitors/plain-oidc-provider.ts'
import { formRequest } from '../measure/request-bytes.ts'
import { WrongAnswer } from '../measure/wrong-answer.ts'
import { appClientId, idTokensInTurn } from '../partners/id-tokens.ts'
import { callers, introspecting } from './introspecting.ts'
import { loadColumns } from './load-columns.ts'
import { loadSeconds } from './proxy-load.ts'
import { roundsOfPace, type Scenario } from './scenario.ts'

export const getSession: Scenario = {
  name: 'get-session',
  about:
    `Introspection of an app's web nonce by its resource server, ${callers} callers at a time. Baton reads ` +
    'the session from PostgreSQL each time; plain oidc-provider reads an opaque token from memory.',
  columns: loadColumns('requests'),
  compare: { subject: 'Baton' },
  rounds: roundsOfPace,
  seconds: (pace) => loadSeconds(pace, 2),
  async contenders(bench) {
    const baton = await batonOf(bench, 'postgres')
    const next = await idTokensInTurn(bench, `${baton.url}/api/nonce`)
    return [
      introspecting(bench, await withWebNonce(baton, next()), 'web nonces'),
      introspecting(bench, await plainOidcProviderOf(bench)),
    ]
  },
}

/** Exchanges the ID token for a web nonce, and returns its introspection. */
export async function withWebNonce(
  { name, url, host, pids, ports }: Baton,
  idToken: string,
): Promise<Introspection> {
  const answer = await fetch(`${url}/oidc/token`, {
    method: 'POST',
    body: new URLSearchParams({
      client_id: appClientId,
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: idToken,
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
    }),
  })
  const { access_token: token } = (await answer.json()) as { access_token?: string }
  if (!token) throw new WrongAnswer(name, `no web nonce: ${answer.status}`)
  const request = formRequest('/oidc/introspect', { host, authorization }, { token })
  return { name, pids, port: ports[0] ?? 0, request }
}
