import type { Check } from '../check.ts'
import { signsIn } from '../people/browser.ts'
import { givesSession } from '../people/cookies.ts'
import { must } from '../verdict.ts'
import { handOver, isOver, known } from './lineage.ts'

export const sessions: Check[] = [
  {
    name: 'session-fixation',
    says: "a hand-off begins a new session, not the source's and not the one that stood there",
    standard: 'RFC 6265, 8.4; RFC 9700, 4.7',
    async run(kit) {
      const source = await kit.accounts.source().catch(() => undefined)
      const browser = await kit.child()
      const [before, cookie] = [await browser.session(), browser.cookies()]
      const answer = await browser.redeem(await kit.ask())
      const after = await browser.session()
      must(signsIn(answer) && after, `the second hand-off signs nobody in: ${answer.status}`)
      must(after.sid !== before?.sid, 'the session that stood in the browser is still there')
      must(after.sid !== (await source?.session())?.sid, "the browser has the source's own session")
      must(await isOver(kit, cookie), 'the session that stood there before lives on beside the new one')
    },
  },
  {
    name: 'session-planted',
    says: 'a session id that stood in the browser before a sign-in is not the one after it',
    standard: 'RFC 6265, 8.4 (session fixation)',
    async run(kit) {
      const fixed = (await kit.child()).cookies()
      const browser = kit.newcomer()
      const nonce = await kit.ask()
      const { fields } = await browser.open(nonce)
      const headers = { cookie: `${browser.cookies()}; ${fixed}`, 'sec-fetch-site': 'same-origin' }
      const answer = await browser.request('/handoff', { method: 'POST', form: fields, headers })
      const given = answer.setCookies.filter(givesSession).map((header) => header.split(';')[0])
      must(given.length > 0, `a browser with a planted session is answered ${answer.status}`)
      must(!given.some((pair) => fixed.includes(String(pair))), 'the planted session goes on under its id')
    },
  },
  {
    name: 'session-ended',
    says: 'a copy of the cookie of a session that has ended is worth nothing',
    standard: 'RFC 10017, 6.1.2.3',
    async run(kit) {
      const browser = await kit.child()
      const cookie = browser.cookies()
      await browser.signOut()
      must(await isOver(kit, cookie), `${known} s after the sign-out a copy of the cookie still signs in`)
    },
  },
  {
    name: 'session-child',
    says: `the end of a session ends what was handed over from it, within ${known} s`,
    standard: 'RFC 10027, 6.1; RFC 7009, 2.1',
    async run(kit) {
      const source = await kit.accounts.spare()
      const child = await handOver(source, kit)
      const cookie = child.cookies()
      await source.signOut()
      must(await isOver(kit, cookie), 'the hand-off lives on after the end of its source')
    },
  },
]
