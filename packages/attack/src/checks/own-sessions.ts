import type { Check } from '../check.ts'
import type { Browser } from '../people/browser.ts'
import { must, Skipped } from '../verdict.ts'
import type { CallOptions } from '../wire/call.ts'
import { handOver, isOver } from './lineage.ts'

const list = '/api/sessions'
const evil = 'https://evil.example'

async function sidOf(browser: Browser): Promise<string> {
  const sid = (await browser.session())?.sid
  if (!sid) throw new Skipped('/api/auth/session tells no sid')
  return sid
}

/** What a person sees and ends by `/sessions` and `/api/sessions`. */
export const ownSessions: Check[] = [
  {
    name: 'session-stranger',
    says: 'another person cannot end a session whose id they know, and is not told that it is there',
    standard: 'OWASP ASVS 5.0, 8.2.2; RFC 9110, 15.5.5',
    async run(kit) {
      const [stranger, victim] = [await kit.accounts.other(), await kit.child()]
      const path = `${list}/${await sidOf(victim)}`
      const { status } = await stranger.ownPage(path, { method: 'DELETE' })
      must(await victim.session(), 'another person ended the session')
      must(status === 404, `DELETE ${list}/{sid} of a stranger is answered ${status}, not 404`)
      const own = await victim.ownPage(path, { method: 'DELETE' })
      if (own.status !== 204) throw new Skipped(`its own person cannot end it either: ${own.status}`)
    },
  },
  {
    name: 'session-csrf',
    says: 'no page of another site or a sibling subdomain ends the sessions of its visitor',
    standard: 'Fetch Metadata; RFC 10017, 6.1.3.3',
    async run(kit) {
      const victim = await kit.child()
      const ways: Record<string, string>[] = [
        { 'sec-fetch-site': 'cross-site', origin: evil },
        { 'sec-fetch-site': 'same-site' },
        { origin: evil },
      ]
      const attempts: [path: string, options: CallOptions][] = [
        [list, { method: 'DELETE' }],
        [`${list}/${await sidOf(victim)}`, { method: 'DELETE' }],
        ['/sessions', { method: 'POST', form: { end: 'all' } }],
      ]
      // A copy of the cookies, so that an answer can take none of them away.
      const cookie = victim.cookies()
      for (const [path, options] of attempts)
        for (const way of ways) {
          const { status } = await kit.call(path, { ...options, headers: { ...way, cookie } })
          const what = `${options.method} ${path} with ${JSON.stringify(way)}`
          must(await victim.session(), `${what} ends the visitor's session`)
          must(status === 403, `${what} is answered ${status}, not 403`)
        }
    },
  },
  {
    name: 'session-reach',
    says: 'a hand-off session neither lists nor ends the session that it came of',
    standard: 'RFC 10027, 6.1; RFC 9700, 2.3 (privileges)',
    async run(kit) {
      const source = await kit.accounts.spare()
      const child = await handOver(source, kit)
      const [sid, own] = [await sidOf(source), await sidOf(child)]
      const { status, text } = await child.ownPage(list)
      if (!text.includes(own)) throw new Skipped(`GET ${list} does not list the own session: ${status}`)
      must(!text.includes(sid), `GET ${list} lists the source`)
      const one = await child.ownPage(`${list}/${sid}`, { method: 'DELETE' })
      must(await source.session(), `DELETE ${list}/{sid} ends the source`)
      must(one.status === 404, `DELETE ${list}/{sid} of the source is answered ${one.status}, not 404`)
      const cookie = child.cookies()
      await child.ownPage(list, { method: 'DELETE' })
      must(await isOver(kit, cookie), `DELETE ${list} does not end the own session`)
      must(await source.session(), `DELETE ${list} ends the source`)
    },
  },
]
