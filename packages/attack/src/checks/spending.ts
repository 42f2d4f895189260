import type { Check } from '../check.ts'
import type { Kit } from '../kit.ts'
import { type HandoffNonce, signsIn } from '../people/browser.ts'
import { must, Skipped } from '../verdict.ts'

/** Whether a nonce is still there, which this spends. */
async function mustBeUnspent(kit: Kit, nonce: HandoffNonce, what: string): Promise<void> {
  const answer = await kit.newcomer().redeem(nonce)
  must(signsIn(answer), `${what} spent the nonce: afterwards /handoff answers ${answer.status}`)
}

const previews = [
  'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
  'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
  'WhatsApp/2.23.20.0',
  'TelegramBot (like TwitterBot)',
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Outlook-SafeLinks',
]

const prefetches: Record<string, string>[] = [
  { 'sec-purpose': 'prefetch' },
  { 'sec-purpose': 'prefetch;prerender' },
  { purpose: 'prefetch' },
  { 'x-moz': 'prefetch' },
]

export const spending: Check[] = [
  {
    name: 'nonce-replay',
    says: 'a nonce that one browser has spent signs no other browser in',
    standard: 'RFC 9700, 4.5 (one-time use)',
    async run(kit) {
      const nonce = await kit.ask()
      const second = kit.newcomer()
      const { fields } = await second.open(nonce)
      const first = await kit.newcomer().redeem(nonce)
      must(signsIn(first), `the first browser is not signed in: ${first.status}`)
      const replay = await second.ownPage('/handoff', { method: 'POST', form: fields })
      must(!signsIn(replay), 'a second browser that had opened the page is signed in by the spent nonce')
      must(replay.status === 410, `a replay is answered ${replay.status}, not 410`)
      const late = await kit.newcomer().redeem(nonce)
      must(!signsIn(late) && late.status === 410, `a browser that comes later gets ${late.status}, not 410`)
    },
  },
  {
    name: 'nonce-same-browser',
    says: 'the browser that spent a nonce gets the same session again, and no second one',
    standard: 'RFC 9110, 9.2.2 (a form sent again)',
    async run(kit) {
      const nonce = await kit.ask()
      const browser = kit.newcomer()
      const { fields } = await browser.open(nonce)
      const send = async () => {
        const { status } = await browser.ownPage('/handoff', { method: 'POST', form: fields })
        return { status, sid: (await browser.session())?.sid }
      }
      const [first, again] = [await send(), await send()]
      must(first.sid !== undefined, `the browser is not signed in: ${first.status}`)
      must(again.status === 303, `the same browser's form, sent again, is answered ${again.status}, not 303`)
      must(again.sid === first.sid, 'the same browser got a second session')
    },
  },
  {
    name: 'nonce-race',
    says: 'of 100 browsers that spend one nonce at once, exactly one is signed in',
    standard: 'RFC 9700, 4.5 (one-time use); RFC 6749, 4.1.2',
    isLast: true,
    async run(kit) {
      const nonce = await kit.ask()
      const opened = await Promise.all(
        Array.from({ length: 100 }, async () => {
          const browser = kit.newcomer()
          return { browser, ...(await browser.open(nonce, { isHasty: true })) }
        }),
      )
      // Limits may keep some of them away.
      const takingPart = opened.filter(({ page }) => page.status === 200)
      must(takingPart.length > 1, `only ${takingPart.length} of 100 browsers could open the page`)
      const limited = opened.find(({ page }) => page.status === 429)
      if (limited) await kit.waitAsTold(limited.page)
      const answers = await Promise.all(
        takingPart.map(({ browser, fields: form }) =>
          browser.ownPage('/handoff', { method: 'POST', isHasty: true, form }),
        ),
      )
      const winners = answers.filter(signsIn).length
      const refused = answers.filter(({ status }) => status === 429).length
      if (winners === 0 && refused > 0) throw new Skipped(`limits refused ${refused} of the forms; try later`)
      must(winners === 1, `${winners} of ${takingPart.length} browsers were signed in by one nonce`)
    },
  },
  {
    name: 'nonce-head',
    says: 'HEAD spends no nonce',
    standard: 'RFC 9110, 9.2.1 (safe methods)',
    async run(kit) {
      const nonce = await kit.ask()
      for (let times = 0; times < 3; times++)
        await kit.newcomer().request(`/handoff?nonce=${nonce.nonce}`, { method: 'HEAD' })
      await mustBeUnspent(kit, nonce, 'HEAD')
    },
  },
  {
    name: 'nonce-get',
    says: 'opening the link spends no nonce and signs nobody in',
    standard: 'RFC 9110, 9.2.1 (safe methods)',
    async run(kit) {
      const nonce = await kit.ask()
      for (let times = 0; times < 3; times++) {
        const page = await kit.newcomer().request(`/handoff?nonce=${nonce.nonce}`)
        must(!signsIn(page), 'a GET signs the browser in')
      }
      await mustBeUnspent(kit, nonce, 'GET')
    },
  },
  {
    name: 'nonce-prefetch',
    says: 'a prefetch spends no nonce',
    standard: 'WHATWG HTML, speculative loading (Sec-Purpose)',
    async run(kit) {
      const nonce = await kit.ask()
      for (const headers of prefetches)
        await kit.newcomer().request(`/handoff?nonce=${nonce.nonce}`, { headers })
      await mustBeUnspent(kit, nonce, 'a prefetch')
    },
  },
  {
    name: 'nonce-preview',
    says: 'link previews and scanners spend no nonce, and the page has nothing for a preview to show',
    standard: 'RFC 9110, 9.2.1 (safe methods)',
    async run(kit) {
      const nonce = await kit.ask()
      for (const agent of previews) {
        const headers = { 'user-agent': agent }
        const page = await kit.newcomer().request(`/handoff?nonce=${nonce.nonce}`, { headers })
        must(!/(?:property|name)="(?:og|twitter):/.test(page.text), 'the page has metadata for previews')
      }
      await mustBeUnspent(kit, nonce, 'a link preview')
    },
  },
]
