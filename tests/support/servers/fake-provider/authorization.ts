import { randomToken } from '#lib/crypto/random-token.ts'
import { type Asked, type Fake, issuerOf, type Reply, redirected, refused } from './fake.ts'

/** The authorization endpoint: it lets its one person in at once (RFC 6749, section 4.1.1). */
export function authorization({ url, form }: Asked, fake: Fake): Reply {
  const { habits } = fake
  const request: Record<string, string> = { ...Object.fromEntries(url.searchParams), ...form }
  const { redirect_uri: redirectUri = '', state, scope = '' } = request
  if (request.client_id !== habits.clientId || !redirectUri.startsWith(habits.redirectUris))
    return refused(400, 'invalid_request', `no such client, or ${redirectUri} is not registered`)

  const error = habits.authorizationError ?? faultOf(request, fake)
  const iss = habits.namesIssuer ? issuerOf(fake) : undefined
  if (error) return respond({ ...error, state, iss }, request, fake)

  const code = randomToken()
  fake.codes.set(code, {
    redirectUri,
    codeChallenge: request.code_challenge,
    nonce: request.nonce,
    scope,
    isOver: false,
  })
  const isFirst = !fake.hasConsented
  fake.hasConsented = true
  const user = habits.formPost && isFirst ? JSON.stringify(habits.formPost.user) : undefined
  return respond({ code, state, iss, user }, request, fake)
}

function faultOf(request: Record<string, string>, { habits }: Fake) {
  const { response_type, code_challenge, code_challenge_method, response_mode } = request
  const invalid = (error_description: string) => ({ error: 'invalid_request', error_description })
  if (response_type !== 'code') return { error: 'unsupported_response_type' }
  if (habits.pkce === 'refused' && code_challenge) return invalid('code_challenge is not known here')
  if (habits.pkce === 'required' && !code_challenge) return invalid('code_challenge is missing')
  if (code_challenge && code_challenge_method !== 'S256') return invalid('code_challenge_method is not S256')
  // Apple: "response_mode must be form_post when name or email scope is requested".
  if (habits.formPost && response_mode !== 'form_post') return invalid('response_mode is not form_post')
  return undefined
}

function respond(
  parameters: Record<string, string | undefined>,
  { redirect_uri = '', response_mode }: Record<string, string>,
  { habits }: Fake,
): Reply {
  if (!habits.formPost || response_mode !== 'form_post') return redirected(redirect_uri, parameters)
  const fields = Object.entries(parameters).map(([name, value]) =>
    value === undefined ? '' : `<input type="hidden" name="${name}" value="${escaped(value)}">`,
  )
  const form = `<form method="post" action="${escaped(redirect_uri)}">${fields.join('')}</form>`
  return {
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: `<!doctype html>${form}<script>document.forms[0].submit()</script>`,
  }
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
}
