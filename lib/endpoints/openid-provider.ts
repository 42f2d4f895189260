import type { IncomingMessage, ServerResponse } from 'node:http'
import { parseCookie } from 'cookie'
import { refuseEmbedded } from '#lib/callers/same-origin.ts'
import { standingSession } from '#lib/callers/standing-session.ts'
import { cookieName } from '#lib/http/cookie.ts'
import { isPreflight } from '#lib/http/cors.ts'
import { parameters, readText } from '#lib/http/form.ts'
import { addressKey, strangerPool } from '#lib/limits/address-key.ts'
import { countDeviceRequest, giveBackRow } from '#lib/limits/device-requests.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { noteStranger } from '#lib/oidc/interaction/stranger.ts'
import { longestRequest } from '#lib/oidc/longest-request.ts'
import { mountPath } from '#lib/oidc/mount-path.ts'
import { noteAskedPage } from './asked-page.ts'
import { type ByMethod, type Exchange, type Method, methodsOf } from './endpoint.ts'

/** An issuer with a path has its metadata at the root as well (RFC 8414, section 3.1). */
export const metadataPath = `/.well-known/oauth-authorization-server${mountPath}`

/** The same of a sign-out, which brings an ID token besides. */
const longestSignOut = 8 * 1024

/** `/oidc/*`: Baton's OpenID Provider. */
export async function openIdProvider(exchange: Exchange): Promise<void> {
  const path = exchange.target.slice(mountPath.length)
  // The library would take other spellings of its paths, which have no row of their own in the table.
  if (/^[^?]*[A-Z]/.test(path) && !path.startsWith('/authorize/'))
    throw new OAuthError('not_found', 'there is no such address')
  // What follows a step or a sign-out has no row of its own, and may be a page.
  if (/^\/(authorize|logout)\//.test(path)) noteAskedPage(exchange.caller, {}, exchange.runtime)
  return passTo(path, exchange)
}

/**
 * `GET /oidc/authorize`: an authorization request (RFC 6749, section 4.1.1). Counts it before anything of it
 * is stored. Throws `invalid_request` for parameters that are too long, and `slow_down`.
 */
export async function authorize(exchange: Exchange): Promise<void> {
  const { req, res, search, caller, runtime } = exchange
  const { limits, config, trustedProxies } = runtime
  requireShort(search, longestRequest)
  const isSilent = new URLSearchParams(search).get('prompt') === 'none'
  refuseEmbedded(caller, { inFrame: isSilent })
  const isPerson = await countPerson(exchange)
  // Of a stranger, a silent request leaves nothing (OpenID Connect Core 1.0, section 3.1.2.1).
  if (isPerson || isSilent) return openIdProvider(exchange)
  const address = addressKey(caller, trustedProxies)
  const pool = strangerPool(address)
  await limits.take('signIns', address)
  await limits.take('requestsOfStrangers', pool)
  noteStranger(req, pool)
  await openIdProvider(exchange)
  // A session at the OpenID Provider alone has answered it, or nothing of it was stored.
  const location = URL.parse(String(res.getHeader('location')), config.url)
  if (!location?.pathname.startsWith('/interaction/')) await limits.giveBack('requestsOfStrangers', pool)
  if (location?.searchParams.has('code')) await limits.giveBack('signIns', address)
}

/**
 * `POST /oidc/device_authorization`: a device asks to be signed in (RFC 8628, section 3.1). Counts it before
 * anything of it is stored. Throws `slow_down`.
 */
export async function authorizeDevice(exchange: Exchange): Promise<void> {
  const { res, caller, runtime } = exchange
  await countDeviceRequest(caller, runtime)
  await openIdProvider(exchange)
  if (res.statusCode !== 200) await giveBackRow(caller, runtime)
}

/**
 * `GET /oidc/logout`: a sign-out that an application begins (OpenID Connect RP-Initiated Logout 1.0). Throws
 * as `authorize` does.
 */
export async function logout(exchange: Exchange): Promise<void> {
  requireShort(exchange.search, longestSignOut)
  const { caller, runtime } = exchange
  refuseEmbedded(caller)
  if (await countPerson(exchange)) return openIdProvider(exchange)
  const address = addressKey(caller, runtime.trustedProxies)
  await runtime.limits.take('signOuts', address)
  await runtime.limits.take('signOutsOfStrangers', strangerPool(address))
  return openIdProvider(exchange)
}

// Counts a request of somebody who is signed in here; of who is so at the OpenID Provider alone as well,
// whom this does not know: anybody can make such a cookie up.
async function countPerson({ req, caller, runtime }: Exchange): Promise<boolean> {
  const { limits, config } = runtime
  const standing = await standingSession(req, runtime)
  const provided = parseCookie(caller.header('cookie') ?? '')[cookieName('baton.oidc', config)]
  if (standing) await limits.take('requestsOfPeople', standing.user.id)
  else await limits.take('requestsOfCookies', provided)
  return standing !== undefined
}

function requireShort(parameters: string, longest: number): void {
  if (parameters.length > longest)
    throw new OAuthError('invalid_request', `the parameters are longer than ${longest} characters together`)
}

type Answering = (exchange: Exchange) => Promise<void>

/** An address of the OpenID Provider that is answered by these methods, and takes preflights. */
export function openIdProviderBy(handlers: Partial<Record<Method, Answering>>): ByMethod<Answering> {
  const allow = methodsOf(handlers)
  const preflight = (exchange: Exchange) => {
    if (isPreflight(exchange.req)) return openIdProvider(exchange)
    throw new OAuthError('method_not_allowed', `use ${allow.join(' or ')}`, { allow })
  }
  return { ...handlers, OPTIONS: preflight }
}

/**
 * `POST /oidc/authorize`: an authorization request may be posted (OpenID Connect Core 1.0, section 3.1.2.1).
 * A post from another site brings no cookie of this one, so the request is repeated as a navigation, which
 * does and decides nothing by itself.
 */
export async function authorizeByGet({ req, res }: Exchange): Promise<void> {
  repeatByGet('/authorize', new URLSearchParams(await readText(req)), longestRequest, res)
}

/**
 * `POST /oidc/logout`: so may a sign-out (RP-Initiated Logout 1.0, section 2). Its ID token is verified here
 * and stays out of the address.
 */
export async function logoutByGet({ req, res, runtime }: Exchange): Promise<void> {
  const form = new URLSearchParams(await readText(req))
  const { id_token_hint: hint, client_id } = parameters(form)
  if (hint !== undefined) form.set('client_id', await runtime.oidc.clientOfHint(hint, client_id))
  form.delete('id_token_hint')
  repeatByGet('/logout', form, longestSignOut, res)
}

function repeatByGet(path: string, form: URLSearchParams, longest: number, res: ServerResponse): void {
  requireShort(`?${form}`, longest)
  const location = `${mountPath}${path}?${form}`
  res.writeHead(303, {
    location,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'content-length': 0,
  })
  res.end()
}

/** The provider's metadata, at the root. */
export function rootMetadata(exchange: Exchange): Promise<void> {
  return passTo('/.well-known/openid-configuration', exchange)
}

async function passTo(path: string, { req, res, runtime }: Exchange): Promise<void> {
  // The library finds its mount path by comparing the two.
  const below: IncomingMessage & { originalUrl?: string } = req
  below.url = path
  below.originalUrl = mountPath + path
  await runtime.oidc.listener(below, res)
}
