import { headers } from 'next/headers'
import { cache } from 'react'
import { type Visit, visitBy } from '#lib/callers/visit.ts'
import { withoutRepeated } from '#lib/http/cookie.ts'
import { runtime } from '#lib/runtime.ts'

/**
 * The cookies of the request that a page is rendered for. Where Next is the entry, nobody has checked them.
 */
export async function requestCookie(): Promise<string | undefined> {
  const cookie = (await headers()).get('cookie')
  return cookie === null ? undefined : withoutRepeated(cookie)
}

/** Who visits the page that is rendered; its endpoint has found that out where `server.ts` is the entry. */
export const currentVisit = cache(async (): Promise<Visit> => {
  const shared = runtime()
  return shared.visit.getStore() ?? visitBy(await requestCookie(), shared)
})
