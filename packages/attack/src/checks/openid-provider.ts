import type { Check } from '../check.ts'
import type { Kit } from '../kit.ts'
import { newProofKey } from '../people/proof-key.ts'
import { must, Skipped } from '../verdict.ts'
import type { Answer } from '../wire/call.ts'

const evil = 'https://evil.example/callback'

/** An authorization request of the application, with these parameters in place of the right ones. */
function authorizationRequest(kit: Kit, more: Record<string, string | undefined> = {}): string {
  const { client, redirectUri } = kit.options
  const parameters = Object.entries({
    client_id: client,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid',
    state: 'state-of-the-kit',
    code_challenge: newProofKey().challenge,
    code_challenge_method: 'S256',
    ...more,
  }).filter((pair): pair is [string, string] => pair[1] !== undefined)
  return `/oidc/authorize?${new URLSearchParams(parameters)}`
}

const atClient = ({ location }: Answer, kit: Kit) => location?.href.startsWith(kit.options.redirectUri)

/** The error answer that the application gets where nobody is signed in; the proof that it is known here. */
async function errorAnswer(kit: Kit): Promise<URL> {
  const answer = await kit.call(authorizationRequest(kit, { prompt: 'none' }))
  if (!answer.location || !atClient(answer, kit))
    throw new Skipped('give an application of the OpenID Provider: --client ID --redirect-uri URI')
  return answer.location
}

/** A code for the application, and its verifier. */
async function codeOf(kit: Kit): Promise<{ code: string; verifier: string }> {
  await errorAnswer(kit)
  const { verifier, challenge } = newProofKey()
  const browser = await kit.accounts.source().catch(() => kit.child())
  const { redirectUri } = kit.options
  const request = new URL(authorizationRequest(kit, { code_challenge: challenge }), kit.url)
  const { end } = await browser.follow(request.href, redirectUri)
  const code = end.searchParams.get('code')
  if (code === null) throw new Skipped('the application gets no code without a question to the person')
  return { code, verifier }
}

/** Asks the token endpoint as the application. */
async function exchange(kit: Kit, form: Record<string, string>): Promise<Answer> {
  const { client, redirectUri: redirect_uri } = kit.options
  return kit.call('/oidc/token', {
    method: 'POST',
    headers: { authorization: credentials(kit, client) },
    form: { grant_type: 'authorization_code', redirect_uri, ...form },
  })
}

const demoSecret = 'demo-web-application-secret'

function credentials({ options: { clientSecret } }: Kit, client: string): string {
  const secret = clientSecret ?? (client === 'demo-web' ? demoSecret : undefined)
  if (secret === undefined) throw new Skipped('give the secret of the application: --client-secret FILE')
  const pair = [client, secret].map(encodeURIComponent).join(':')
  return `Basic ${Buffer.from(pair).toString('base64')}`
}

export const openIdProvider: Check[] = [
  {
    name: 'op-redirect-uri',
    says: 'a redirect URI that is not registered gets no answer, however alike it is',
    standard: 'RFC 9700, 2.1, 4.1.3 and 4.11.2',
    async run(kit) {
      await errorAnswer(kit)
      const own = kit.options.redirectUri
      const { origin } = new URL(own)
      const alike = [`${own}/`, `${own}/../x`, `${own}?x=1`, `${own}.evil.example`, `${own}%2f..%2fx`]
      const others = [evil, `${origin}@evil.example/callback`, `${origin}.evil.example/callback`]
      for (const redirect_uri of [...alike, ...others]) {
        const answer = await kit.call(authorizationRequest(kit, { redirect_uri, prompt: 'none' }))
        must(!answer.location, `redirect_uri ${redirect_uri} is redirected to ${answer.location}`)
        must(answer.status >= 400, `redirect_uri ${redirect_uri} is answered ${answer.status}`)
      }
    },
  },
  {
    name: 'op-pkce-missing',
    says: 'an authorization request without a code_challenge is refused',
    standard: 'RFC 9700, 2.1.1 and 4.8; RFC 7636, 4.4.1',
    async run(kit) {
      await errorAnswer(kit)
      const without = { code_challenge: undefined, code_challenge_method: undefined }
      const { location, status } = await kit.call(authorizationRequest(kit, without))
      const error = location?.searchParams.get('error')
      must(error === 'invalid_request' || status === 400, `it is answered ${status} (${error ?? 'no error'})`)
    },
  },
  {
    name: 'op-pkce-plain',
    says: 'the method plain is refused',
    standard: 'RFC 9700, 2.1.1; RFC 7636, 4.2',
    async run(kit) {
      await errorAnswer(kit)
      const plain = { code_challenge_method: 'plain' }
      const { location, status } = await kit.call(authorizationRequest(kit, plain))
      const error = location?.searchParams.get('error')
      must(error === 'invalid_request' || status === 400, `it is answered ${status} (${error ?? 'no error'})`)
    },
  },
  {
    name: 'op-code-verifier',
    says: 'a code gives no tokens without its verifier, or with another one',
    standard: 'RFC 7636, 4.6; RFC 9700, 4.5',
    async run(kit) {
      const forms: Record<string, string>[] = [{}, { code_verifier: newProofKey().verifier }]
      for (const form of forms) {
        const { code } = await codeOf(kit)
        const { status } = await exchange(kit, { code, ...form })
        const how = 'code_verifier' in form ? 'with another' : 'without a'
        must(status === 400, `${how} verifier a code is answered ${status}, not 400`)
      }
    },
  },
  {
    name: 'op-code-replay',
    says: 'a code that is used twice gives no tokens again',
    standard: 'RFC 6749, 4.1.2; RFC 9700, 4.5',
    async run(kit) {
      const { code, verifier } = await codeOf(kit)
      const form = { code, code_verifier: verifier }
      const first = await exchange(kit, form)
      if (first.status !== 200) throw new Skipped(`the first use is answered ${first.status}: ${first.text}`)
      const { status } = await exchange(kit, form)
      must(status === 400, `the second use of a code is answered ${status}, not 400`)
    },
  },
  {
    name: 'op-client-secret',
    says: 'an application without its secret gets no tokens',
    standard: 'RFC 9700, 2.5; RFC 6749, 3.2.1',
    async run(kit) {
      await errorAnswer(kit)
      const { client, redirectUri: redirect_uri } = kit.options
      const form = { grant_type: 'authorization_code', code: 'x', redirect_uri, client_id: client }
      const { status, json } = await kit.call('/oidc/token', { method: 'POST', form })
      must(json().error === 'invalid_client', `without the secret it is answered ${status} ${json().error}`)
    },
  },
  {
    name: 'op-response-issuer',
    says: 'the answer to an authorization request names its issuer',
    standard: 'RFC 9207, 2; RFC 9700, 4.4.2',
    async run(kit) {
      const iss = (await errorAnswer(kit)).searchParams.get('iss')
      must(iss === `${kit.url.origin}/oidc`, `iss of the answer is ${iss ?? 'absent'}`)
    },
  },
  {
    name: 'op-implicit',
    says: 'no token comes in an authorization response',
    standard: 'RFC 9700, 2.1.2',
    async run(kit) {
      await errorAnswer(kit)
      for (const response_type of ['token', 'id_token', 'code id_token', 'id_token token', 'none']) {
        const request = authorizationRequest(kit, { response_type, nonce: 'nonce-of-the-kit' })
        const { location, status } = await kit.call(request)
        const isRefused = status >= 400 || /[?#&]error=/.test(location?.href ?? '')
        must(isRefused, `response_type=${response_type} is answered ${status}`)
      }
    },
  },
  {
    name: 'op-metadata',
    says: 'the metadata offers the code flow with S256 alone, and no unsigned tokens',
    standard: 'RFC 8414, 2; RFC 9700, 2.1.1; RFC 8725, 3.1',
    async run({ call }) {
      const metadata = (await call('/oidc/.well-known/openid-configuration')).json()
      const lists = (name: string) => [metadata[name]].flat().filter((value) => value !== undefined)
      const methods = lists('code_challenge_methods_supported')
      must(methods.join() === 'S256', `code_challenge_methods_supported is ${methods}`)
      const types = lists('response_types_supported')
      must(types.join() === 'code', `response_types_supported is ${types}`)
      const weak = Object.keys(metadata)
        .filter((name) => name.endsWith('alg_values_supported'))
        .find((name) => lists(name).includes('none'))
      must(!weak, `${weak} has none`)
      must(!lists('grant_types_supported').includes('password'), 'grant_types_supported has password')
    },
  },
  {
    name: 'op-public-keys',
    says: 'the published keys are public keys, and none is symmetric',
    standard: 'RFC 7517, 9.2',
    async run({ call }) {
      const { keys } = (await call('/oidc/jwks')).json() as { keys?: Record<string, unknown>[] }
      must(Array.isArray(keys) && keys.length > 0, '/oidc/jwks has no keys')
      for (const key of keys) {
        const secret = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'].find((member) => member in key)
        must(!secret, `a published key has the private member ${secret}`)
      }
    },
  },
  {
    name: 'introspection-stranger',
    says: 'introspection answers authenticated resource servers alone',
    standard: 'RFC 7662, 2.1 and 4',
    async run(kit) {
      const token = await kit.accounts.appSession().catch(() => 'x'.repeat(43))
      const guess = `Basic ${Buffer.from('demo-backend:wrong-by-the-kit').toString('base64')}`
      const ways: Record<string, string>[] = [{}, { authorization: guess }]
      for (const headers of ways) {
        const answer = await kit.call('/oidc/introspect', { method: 'POST', form: { token }, headers })
        must(answer.json().active === undefined, 'introspection answers without client authentication')
        must([400, 401].includes(answer.status), `it answers a stranger ${answer.status}`)
      }
    },
  },
  {
    name: 'introspection-garbage',
    says: 'an unknown token is not active, and nothing more is said of it',
    standard: 'RFC 7662, 2.2',
    async run(kit) {
      const headers = { authorization: credentials(kit, kit.options.client) }
      for (const token of ['x', 'x'.repeat(43), 'e30.e30.']) {
        const answer = await kit.call('/oidc/introspect', { method: 'POST', form: { token }, headers })
        if (answer.status === 401) throw new Skipped('the secret of --client is not taken')
        must(answer.text === '{"active":false}', `introspection of ${token} says ${answer.text.slice(0, 80)}`)
      }
    },
  },
]
