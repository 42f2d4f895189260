import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { parseCookie, stringifySetCookie } from 'cookie'
import { z } from 'zod'
import type { Config } from '#lib/config/load.ts'
import { sha256 } from '#lib/crypto/digest.ts'
import { openBytes, sealBytes } from '#lib/crypto/seal.ts'
import { cookieAttributes, cookieName } from '#lib/http/cookie.ts'

/** Seconds that a person may take at their provider, as Auth.js has it. */
const lifetime = 15 * 60
/** Begun sign-ins of one browser that are kept, and the characters that their cookies may have together. */
const mostKept = 5
const mostCharacters = 6 * 1024
/** Characters of a cookie that every browser keeps, with room for its name and attributes. */
const longestCookie = 3_900

const schema = z.object({
  provider: z.string(),
  state: z.string(),
  /** What Auth.js checks besides `state`, under its names. */
  checks: z.record(z.string(), z.string()),
  /** The address that the person wanted to see. */
  goOn: z.string(),
  /** The session that stood in the browser when the sign-in began. */
  standing: z.object({ sid: z.string(), sub: z.string(), provider: z.string().nullish() }).optional(),
  /** Milliseconds since the epoch. */
  until: z.number(),
  /** Whether it has ended in a session. */
  isDone: z.boolean().optional(),
})

/** A sign-in that has begun in a browser, in whichever of its tabs: each has a `state` of its own. */
export type SignInTransaction = z.output<typeof schema>

type Needs = Pick<Config, 'url' | 'secrets'>
type Cookie = string | null | undefined

/**
 * The `Set-Cookie` values that keep a begun sign-in in its browser, sealed, and remove the oldest ones beyond
 * what a browser should send. An address that is too long for a cookie gives way to `/`.
 */
export async function keepSignIn(
  transaction: Omit<SignInTransaction, 'until'>,
  { cookie, isCrossSite, config }: { cookie: Cookie; isCrossSite: boolean; config: Needs },
): Promise<string[]> {
  const kept = { ...transaction, until: Date.now() + lifetime * 1000 }
  const full = await sealed(kept, config)
  const value = full.length > longestCookie ? await sealed({ ...kept, goOn: '/' }, config) : full
  const name = nameOf(transaction.state, config, Date.now())
  return [
    ...surplus(cookie, value.length, config).map((old) => removal(old, config)),
    stringifySetCookie({ name, value, maxAge: lifetime, ...attributes(config, isCrossSite) }),
  ]
}

/** The begun sign-in with this `state` in this browser; `undefined` when there is none. */
export async function findSignIn(
  state: string | undefined,
  cookie: Cookie,
  config: Needs,
): Promise<SignInTransaction | undefined> {
  const name = state && ownNames(cookie, config).find((one) => one.endsWith(tagOf(state)))
  const value = name && parseCookie(cookie ?? '')[name]
  const opened = value ? await openBytes(value, context, config.secrets) : undefined
  const transaction = opened && schema.safeParse(inflated(opened.bytes)).data
  return transaction?.state === state ? transaction : undefined
}

/** The `Set-Cookie` values that mark a sign-in as done: going back to its callback leads on from there. */
export async function keepDone(
  { provider, state, goOn, until }: SignInTransaction,
  { cookie, isCrossSite, config }: { cookie: Cookie; isCrossSite: boolean; config: Needs },
): Promise<string[]> {
  const done = { provider, state, goOn, until, checks: {}, isDone: true }
  const [name] = ownNames(cookie, config).filter((one) => one.endsWith(tagOf(state)))
  if (!name) return []
  const value = await sealed(done, config)
  const maxAge = Math.max(0, Math.ceil((until - Date.now()) / 1000))
  return [stringifySetCookie({ name, value, maxAge, ...attributes(config, isCrossSite) })]
}

/** The `Set-Cookie` values that forget a sign-in. */
export function dropSignIn(state: string, cookie: Cookie, config: Needs): string[] {
  return ownNames(cookie, config)
    .filter((name) => name.endsWith(tagOf(state)))
    .map((name) => removal(name, config))
}

const context = 'sign-in'
const base = 'baton.state.'

function nameOf(state: string, config: Needs, now: number): string {
  return `${cookieName(base, config)}${now.toString(36)}${tagOf(state)}`
}

function tagOf(state: string): string {
  return `.${sha256(state).toString('base64url').slice(0, 12)}`
}

// The names begin with when the sign-in began: sorted, the oldest is first.
function ownNames(cookie: Cookie, config: Needs): string[] {
  const prefix = cookieName(base, config)
  return Object.keys(parseCookie(cookie ?? ''))
    .filter((name) => name.startsWith(prefix))
    .sort()
}

function surplus(cookie: Cookie, added: number, config: Needs): string[] {
  const values = parseCookie(cookie ?? '')
  const names = ownNames(cookie, config)
  let characters = added
  const fits = names
    .toReversed()
    .slice(0, mostKept - 1)
    .filter((name) => {
      characters += values[name]?.length ?? 0
      return characters <= mostCharacters
    })
  return names.filter((name) => !fits.includes(name))
}

function sealed({ goOn, ...rest }: SignInTransaction, config: Needs): Promise<string> {
  // Letters beyond ASCII are three times as long in an address as they are by themselves.
  const plain = decoded(goOn)
  const content = encodeURI(plain) === goOn ? { ...rest, plain } : { ...rest, goOn }
  return sealBytes(deflateRawSync(JSON.stringify(content)), context, config.secrets)
}

function decoded(address: string): string {
  try {
    return decodeURI(address)
  } catch {
    return address
  }
}

function inflated(bytes: Uint8Array): unknown {
  const { plain, ...rest } = JSON.parse(inflateRawSync(bytes).toString('utf8'))
  return plain === undefined ? rest : { ...rest, goOn: encodeURI(plain) }
}

function removal(name: string, config: Needs): string {
  return stringifySetCookie({ name, value: '', maxAge: 0, ...attributes(config, false) })
}

// A provider that answers by a form of its own sends it from its own site: then Lax cookies stay behind.
function attributes(config: Needs, isCrossSite: boolean) {
  return {
    ...cookieAttributes(config),
    ...(isCrossSite && ({ sameSite: 'none', secure: true } as const)),
  }
}
