import { issuer, signIn } from '@/auth'

// The `initiate_login_uri`: the receiving end of a hand-off (OpenID Connect Core, section 4). A page could
// not set the cookies that this needs.
export async function GET(request: Request) {
  const { searchParams } = new URL(request.url)
  const nonce = searchParams.get('iss') === issuer && searchParams.get('nonce')
  const target = searchParams.get('target_link_uri') ?? '/'
  // Anybody can write the link: Auth.js keeps an absolute URL on the origin of AUTH_URL.
  const redirectTo = URL.canParse(target) ? target : '/'
  await signIn('baton', { redirectTo }, nonce ? byNonce(nonce) : {})
}

// `prompt=login`: the person who is signed in at Baton may be somebody else.
function byNonce(nonce: string) {
  return { login_hint_token: nonce, acr_values: 'urn:baton:authentication:nonce', prompt: 'login' }
}
