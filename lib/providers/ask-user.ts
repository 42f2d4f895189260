import { decodeJwt } from 'jose'
import type { AuthorizationServer } from 'oauth4webapi'
import { idText } from '#lib/accounts/subject.ts'
import { endpointUrl } from '#lib/config/endpoint-url.ts'
import type { UpstreamProvider } from '#lib/config/upstream-provider.ts'
import { addressOf, providerFetch } from './provider-fetch.ts'
import { askedByOwnCode, readUserAnswer, UserAnswerError } from './user-answer.ts'
import { withVerifiedAddress } from './verified-address.ts'

type Claims = Record<string, unknown>
type Asked = { accessToken: string | undefined; signal?: AbortSignal }

/**
 * What the user API says of a person whose ID token has these claims, where `userinfo` has it asked;
 * `undefined` where it has not. Throws `UserAnswerError` for an answer that is no 2xx, or about another
 * `sub`, and `UnreachableError`. OpenID Connect Core 1.0, section 5.3.
 */
export async function askUser(
  provider: UpstreamProvider,
  server: AuthorizationServer,
  claims: Claims,
  { accessToken = '', signal }: Asked,
): Promise<Claims | undefined> {
  const { kind, authjs, userinfo } = provider
  if (kind !== 'oidc') return askByOwnWay(provider, accessToken, signal)
  if (authjs.idToken !== false && !isAsked(provider, claims)) return undefined
  if (!server.userinfo_endpoint) {
    if (userinfo !== 'always') return undefined
    throw new UserAnswerError('the metadata names no userinfo endpoint, and `userinfo` is always')
  }
  const answer = await readAnswer(server.userinfo_endpoint, { provider, accessToken, signal })
  if (idText(answer.sub) === claims.sub) return answer
  throw new UserAnswerError(`${addressOf(server.userinfo_endpoint)} does not answer about this person`, {
    isAboutAnother: answer.sub !== undefined,
  })
}

type Call = { provider: UpstreamProvider; accessToken: string; signal: AbortSignal | undefined }

async function readAnswer(url: string, { provider, accessToken, signal }: Call): Promise<Claims> {
  const response = await providerFetch(provider, 'userinfo')(url, {
    headers: { authorization: `Bearer ${accessToken}`, accept: 'application/json' },
    redirect: 'manual',
    ...(signal && { signal }),
  })
  // It may be signed; its TLS vouches for it all the same (section 5.3.2).
  const isJwt = /\bjwt\b/i.test(response.headers.get('content-type') ?? '')
  if (!isJwt || !response.ok) return readUserAnswer(response, url)
  const text = await response.text()
  try {
    return decodeJwt(text)
  } catch (cause) {
    throw new UserAnswerError(`${addressOf(url)} answers a JWT that cannot be read`, { cause })
  }
}

/** Types whose user API wants more of the token answer than the access token. */
const needsMore = new Set(['nextcloud', 'wechat', 'vk'])

// As Auth.js asks at a sign-in.
async function askByOwnWay(
  provider: UpstreamProvider,
  accessToken: string,
  signal: AbortSignal | undefined,
): Promise<Claims | undefined> {
  const { authjs } = provider
  const url = endpointUrl(authjs.userinfo)
  if (!url || needsMore.has(provider.type)) return undefined
  const request = typeof authjs.userinfo === 'object' ? authjs.userinfo.request : undefined
  const context = {
    tokens: { access_token: accessToken },
    provider: { ...authjs, userinfo: { url: new URL(url) } },
  }
  const answer = request
    ? await askedByOwnCode({ url, provider: provider.id }, async () => request(context as never), signal)
    : await readAnswer(url, { provider, accessToken, signal })
  return withVerifiedAddress(provider, { ...(answer as Claims) }, accessToken)
}

function isAsked({ userinfo, allow }: UpstreamProvider, claims: Claims): boolean {
  const isUnsaid = (allow?.emails ?? allow?.emailDomains) && claims.email_verified === undefined
  const lacks = !claims.name || !claims.email || isUnsaid
  return userinfo === 'always' || (userinfo === 'auto' && Boolean(lacks))
}
