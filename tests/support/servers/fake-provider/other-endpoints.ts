import { setTimeout as sleep } from 'node:timers/promises'
import { isClient } from './client-authentication.ts'
import { type Asked, answered, type Fake, type Reply, redirected, refused } from './fake.ts'

/** OpenID Connect Core 1.0, section 5.3; without ID tokens, the provider's own user API. */
export async function userinfo({ headers }: Asked, { habits, accessTokens }: Fake): Promise<Reply> {
  const token = headers.authorization?.replace(/^bearer /i, '') ?? ''
  if (!accessTokens.has(token)) return refused(401, 'invalid_token')
  await sleep(habits.userinfo.delay ?? 0)
  return answered({ members: { sub: habits.subject, ...habits.idTokenClaims } }, habits.userinfo)
}

/** RFC 7009. */
export async function revocation(asked: Asked, fake: Fake): Promise<Reply> {
  if (!(await isClient(asked, fake))) return refused(401, 'invalid_client')
  const known = fake.refreshTokens.get(asked.form.token ?? '')
  if (known) known.grant.isOver = true
  return { status: 200, headers: {}, body: '' }
}

/** OpenID Connect RP-Initiated Logout 1.0; without an address to go back to, a page. */
export function endSession({ url, form }: Asked): Reply {
  const { post_logout_redirect_uri: back, state } = { ...Object.fromEntries(url.searchParams), ...form }
  if (back) return redirected(back, { state })
  return { status: 200, headers: { 'content-type': 'text/html' }, body: 'You are signed out.' }
}
