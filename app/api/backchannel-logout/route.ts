import { readForm } from '#lib/http/form.ts'
import { route } from '#lib/http/route.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { endByLogoutToken } from '#lib/sessions/end-by-logout-token.ts'

/** Where providers say that somebody has signed out there (OpenID Connect Back-Channel Logout 1.0, section 2.5). */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  async POST(request, runtime) {
    const { logout_token: token } = await readForm(request.headers.get('content-type'), request.body)
    if (token === undefined) throw new OAuthError('invalid_request', 'send a logout_token')
    await endByLogoutToken(token, runtime)
    return new Response(null, { status: 200, headers: { 'cache-control': 'no-store' } })
  },
})
