import { createHash, randomBytes } from 'node:crypto'
import { type Baton, batonOf, benchRedirectUri } from '../competitors/baton.ts'
import { authorization, type Introspection, plainOidcProviderOf } from '../competitors/plain-oidc-provider.ts'
import { formRequest } from '../measure/request-bytes.ts'
import { WrongAnswer } from '../measure/wrong-answer.ts'
import { callers, introspecting } from './introspecting.ts'
import { loadColumns } from './load-columns.ts'
import { loadSeconds } from './proxy-load.ts'
import { roundsOfPace, type Scenario } from './scenario.ts'

export const introspection: Scenario = {
  name: 'introspection',
  about:
    `Introspection of a valid opaque token (RFC 7662), ${callers} callers at a time. Each time Baton reads ` +
    'token, grant and session from PostgreSQL and unseals them; plain oidc-provider reads from memory.',
  columns: loadColumns('requests'),
  compare: { subject: 'Baton' },
  rounds: roundsOfPace,
  seconds: (pace) => loadSeconds(pace, 2),
  async contenders(bench) {
    const baton = await introspectionOf(await batonOf(bench, 'postgres'))
    return [baton, await plainOidcProviderOf(bench)].map((server) => introspecting(bench, server))
  },
}

/** Gets a refresh token of Baton by a code flow of a signed-in person, and returns its introspection. */
export async function introspectionOf({
  name,
  url,
  host,
  pids,
  ports,
  headers,
}: Baton): Promise<Introspection> {
  const verifier = randomBytes(32).toString('base64url')
  const search = new URLSearchParams({
    client_id: 'bench',
    redirect_uri: benchRedirectUri,
    response_type: 'code',
    scope: 'openid',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  let at = new URL(`${url}/oidc/authorize?${search}`)
  let cookie = headers(0).cookie ?? ''
  while (!at.href.startsWith(benchRedirectUri)) {
    const answer = await fetch(at, { headers: { cookie }, redirect: 'manual' })
    const more = answer.headers.getSetCookie().map((line) => line.split(';', 1)[0])
    cookie = [cookie, ...more].join('; ')
    const location = answer.headers.get('location')
    if (!location) throw new WrongAnswer(name, `no redirect from ${at.pathname}: ${answer.status}`)
    at = new URL(location, at)
  }
  const given = await fetch(`${url}/oidc/token`, {
    method: 'POST',
    headers: { authorization },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: at.searchParams.get('code') ?? '',
      redirect_uri: benchRedirectUri,
      code_verifier: verifier,
    }),
  })
  const { refresh_token: token } = (await given.json()) as { refresh_token?: string }
  if (!token) throw new WrongAnswer(name, `no refresh token: ${given.status}`)
  const request = formRequest('/oidc/introspect', { host, authorization }, { token })
  return { name, pids, port: ports[0] ?? 0, request }
}
