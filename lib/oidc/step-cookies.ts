import type Provider from 'oidc-provider'
import { surplus } from '#lib/http/cookie.ts'
import type { Context, Next } from './types.ts'

type Cookies = Context['cookies']

/**
 * Middleware that gives each step's cookies a name of their own, with the step's `uid` in it, and the path
 * `/`, so that they can have a prefix that keeps others from setting them. The library would tell them apart
 * by their path. The oldest of more than five steps is forgotten.
 */
export function stepCookies(provider: Provider) {
  const names = ['interaction', 'resume'].map((name) => provider.cookieName(name))
  return async (ctx: Context, next: Next): Promise<void> => {
    const { cookies } = ctx
    const kept = ctx.req.headers.cookie ?? ''
    const uidOf = /\/authorize\/([\w-]{1,64})/.exec(ctx.path)?.[1] ?? ''
    const set: Cookies['set'] = (name, value, options) => {
      if (!names.includes(name)) return cookies.set(name, value, options)
      const own = { ...options, path: '/' }
      const added = `${name}.${value || uidOf}`
      if (value) for (const old of surplus(stepsIn(kept, name), added)) cookies.set(old, null, own)
      return cookies.set(added, value, own)
    }
    const get: Cookies['get'] = (name, options) =>
      names.includes(name) ? stepIn(cookies, name, uidOf) : cookies.get(name, options)
    ctx.cookies = Object.assign(Object.create(cookies), { get, set })
    await next()
  }
}

/** The `uid` that a step's cookie of this kind has kept in this browser, which is the step's own. */
export function stepIn(cookies: Cookies, name: string, uid: string): string | undefined {
  return cookies.get(`${name}.${uid}`, { signed: true }) === uid ? uid : undefined
}

// In the order in which the browser sends them, without their signatures.
function stepsIn(header: string, name: string): string[] {
  return header
    .split(';')
    .map((cookie) => cookie.split('=', 1)[0]?.trim() ?? '')
    .filter((cookie) => cookie.startsWith(`${name}.`) && !cookie.endsWith('.sig'))
}
