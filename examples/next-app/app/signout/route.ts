import { issuer, signOut } from '@/auth'

/** Signs out here, then at Baton (OpenID Connect RP-Initiated Logout, section 2). */
export async function POST({ headers }: Request) {
  // Without it, a form of another site could sign people out: it is sent without the cookie, but the answer
  // takes the cookie away.
  const site = headers.get('sec-fetch-site')
  if (site !== 'same-origin' && site !== 'none') return new Response(null, { status: 403 })
  await signOut({ redirect: false })
  const { end_session_endpoint } = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()
  const url = new URL(end_session_endpoint)
  url.searchParams.set('client_id', process.env.AUTH_BATON_ID as string)
  url.searchParams.set('post_logout_redirect_uri', `${process.env.AUTH_URL}/`)
  return Response.redirect(url, 303)
}
