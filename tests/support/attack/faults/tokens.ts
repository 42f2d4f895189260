import type { Fault, Passing } from '../front.ts'
import {
  answering,
  formOf,
  isPost,
  json,
  pathOf,
  queryOf,
  redirect,
  withBody,
  withForm,
  withMembers,
  withQuery,
} from './parts.ts'

/** The first ID token that came is taken for every later one, whatever that is. */
const unverified: Fault = {
  request(passing, { kept }) {
    const name = ['token', 'subject_token'].find((field) => formOf(passing).has(field))
    if (name === undefined || passing.method !== 'POST') return passing
    const good = kept.get('good') ?? formOf(passing).get(name) ?? ''
    kept.set('good', good)
    return withForm(passing, { [name]: good })
  },
}

/** Whether a form has a token that has expired. */
function isOld(passing: Passing): boolean {
  const claims = Buffer.from(formOf(passing).get('token')?.split('.')[1] ?? '', 'base64url').toString()
  return Number(/"exp":(\d+)/.exec(claims)?.[1]) < Date.now() / 1000
}

const tokens = json({ access_token: 'x', token_type: 'Bearer', expires_in: 60 })
const lavish = answering(isPost('/oidc/token'), () => tokens)
const active = answering(isPost('/oidc/introspect'), () => json({ active: true }))
const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

export const tokenFaults: Record<string, Fault> = {
  'id-token-unsigned': unverified,
  'id-token-hmac': unverified,
  'id-token-own-key': unverified,
  'id-token-tampered': unverified,
  'id-token-expired': answering(isOld, () => json({ nonce: 'x'.repeat(43), expires_in: 30 })),
  'id-token-audience': unverified,
  'access-token-as-id-token': unverified,

  'op-redirect-uri': answering(
    (passing) =>
      pathOf(passing) === '/oidc/authorize' && /evil/.test(queryOf(passing).get('redirect_uri') ?? ''),
    (passing) => redirect(queryOf(passing).get('redirect_uri') ?? ''),
  ),
  'op-pkce-missing': withQuery('/oidc/authorize', (query) => {
    query.set('code_challenge', challenge)
    query.set('code_challenge_method', 'S256')
  }),
  'op-pkce-plain': withQuery('/oidc/authorize', (query) => query.set('code_challenge_method', 'S256')),
  'op-code-verifier': lavish,
  'op-code-replay': {
    reply(reply, passing, { kept }) {
      if (!isPost('/oidc/token')(passing)) return reply
      if (reply.status === 200) kept.set('tokens', JSON.stringify(reply))
      return JSON.parse(kept.get('tokens') ?? JSON.stringify(reply))
    },
  },
  'op-client-secret': lavish,
  'op-response-issuer': {
    reply(reply) {
      const location = [reply.headers.location].flat()[0]?.replace(/&iss=[^&]*/, '')
      return { ...reply, headers: { ...reply.headers, ...(location && { location }) } }
    },
  },
  'op-implicit': withQuery('/oidc/authorize', (query) => query.set('response_type', 'code')),
  'op-metadata': withBody(
    '/oidc/.well-known/openid-configuration',
    withMembers({ code_challenge_methods_supported: ['S256', 'plain'] }),
  ),
  'op-public-keys': withBody('/oidc/jwks', (body) =>
    body.replace('{"kty"', '{"d":"x","kty"').replace('"kty"', '"d":"x","kty"'),
  ),
  'introspection-stranger': active,
  'introspection-garbage': active,
}
