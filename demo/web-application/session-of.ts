import * as openid from 'openid-client'
import type { Session } from './application.ts'

type Tokens = Awaited<ReturnType<typeof openid.authorizationCodeGrant>>

/** Creates a session from the tokens of a sign-in, whose ID token has been validated. */
export async function sessionOf(configuration: openid.Configuration, tokens: Tokens): Promise<Session> {
  const claims = tokens.claims() as openid.IDToken
  return {
    name: await nameOf(configuration, tokens, claims),
    sub: claims.sub,
    sid: text(claims.sid),
    acr: text(claims.acr),
    amr: Array.isArray(claims.amr) ? claims.amr.map(String) : undefined,
    authTime: claims.auth_time,
    idToken: tokens.id_token ?? '',
  }
}

// A provider that follows OpenID Connect Core, section 5.4, returns `profile` claims at its userinfo endpoint
// only.
async function nameOf(
  configuration: openid.Configuration,
  { access_token }: Tokens,
  { name, sub }: openid.IDToken,
): Promise<string> {
  if (typeof name === 'string') return name
  try {
    const person = await openid.fetchUserInfo(configuration, access_token, sub)
    return person.name ?? sub
  } catch {
    // The person is signed in anyway, without a name to show.
    return sub
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
