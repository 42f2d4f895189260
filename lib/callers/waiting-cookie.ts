import { parseCookie, stringifySetCookie } from 'cookie'
import { z } from 'zod'
import type { Config } from '#lib/config/load.ts'
import { open, seal } from '#lib/crypto/seal.ts'
import { requestSeconds } from '#lib/devices/lifetime.ts'
import { cookieAttributes, cookieName } from '#lib/http/cookie.ts'

const name = 'baton.device'
const context = 'another device'
/** Seconds: as long as the request lives, and then as long as a page may say that it has expired. */
const maxAge = 2 * requestSeconds

const schema = z.object({
  /** What this browser alone has; once its request is approved, the nonce. */
  secret: z.string(),
  userCode: z.string(),
  /** The path of Baton's that the person wants to go on to. */
  goOn: z.string(),
  /** When this browser forgets it, in milliseconds since the epoch. */
  until: z.number(),
})

/** What a browser keeps that waits for another device. */
export type Waiting = z.output<typeof schema>

type Needs = Pick<Config, 'url' | 'secrets'>

/** The `Set-Cookie` value that keeps the newest request of this browser; no other gets its session. */
export async function keepWaiting(waiting: Omit<Waiting, 'until'>, config: Needs): Promise<string> {
  const until = Date.now() + maxAge * 1000
  const value = await seal({ ...waiting, until }, context, config.secrets)
  return stringifySetCookie({ ...cookieAttributes(config), name: cookieName(name, config), value, maxAge })
}

/** The request that this browser waits for; `undefined` when it waits for none. */
export async function readWaiting(cookie: string | undefined, config: Needs): Promise<Waiting | undefined> {
  const sealed = parseCookie(cookie ?? '')[cookieName(name, config)]
  const waiting = sealed ? schema.safeParse(await open(sealed, context, config.secrets)).data : undefined
  return waiting && waiting.until > Date.now() ? waiting : undefined
}

/** The `Set-Cookie` value that forgets it. */
export function forgetWaiting(config: Needs): string {
  return stringifySetCookie({
    ...cookieAttributes(config),
    name: cookieName(name, config),
    value: '',
    maxAge: 0,
  })
}
