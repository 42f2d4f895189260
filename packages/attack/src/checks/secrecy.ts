import type { Check } from '../check.ts'
import { signsIn } from '../people/browser.ts'
import { must } from '../verdict.ts'
import { addressesIn } from '../wire/html.ts'

const unknown = 'x'.repeat(43)

export const secrecy: Check[] = [
  {
    name: 'nonce-referrer',
    says: 'the page of a nonce, open or dead, tells no other site its address',
    standard: 'RFC 9700, 4.2.4; Referrer Policy',
    async run(kit) {
      for (const nonce of [(await kit.ask()).nonce, unknown]) {
        const { headers } = await kit.newcomer().request(`/handoff?nonce=${nonce}`)
        const policy = headers['referrer-policy']
        must(
          policy === 'no-referrer',
          `Referrer-Policy of /handoff is ${policy ?? 'absent'}, not no-referrer`,
        )
      }
    },
  },
  {
    name: 'nonce-address-bar',
    says: 'no address that the page leads to has the nonce, and the page works without it in its own',
    standard: 'RFC 9700, 4.3.1 (browser history)',
    async run(kit) {
      const nonce = await kit.ask()
      const browser = kit.newcomer()
      const { page, fields } = await browser.open(nonce)
      const named = addressesIn(page.text).find((address) => address.includes(nonce.nonce))
      must(named === undefined, `the page names ${named?.replaceAll(nonce.nonce, 'NONCE')}`)
      must(!page.headers.refresh?.includes(nonce.nonce), 'the page is sent on to an address with the nonce')
      const without = await browser.request('/handoff')
      must(without.status === 200, `without the nonce in its address the page is ${without.status}, not 200`)
      const answer = await browser.ownPage('/handoff', { method: 'POST', form: fields })
      must(!answer.location?.href.includes(nonce.nonce), 'the redirect after Continue has the nonce')
    },
  },
  {
    name: 'nonce-not-kept',
    says: 'no cache keeps a nonce, its page or what comes of it, and no search engine lists it',
    standard: 'RFC 9111, 5.2.2.5; RFC 6749, 5.1',
    async run(kit) {
      const issued = await kit.post({})
      const nonce = await kit.ask()
      const browser = kit.newcomer()
      const { page, fields } = await browser.open(nonce)
      const spent = await browser.ownPage('/handoff', { method: 'POST', form: fields })
      for (const [what, { headers }] of Object.entries({ issued, page, spent }))
        must(
          headers['cache-control']?.includes('no-store'),
          `the answer (${what}) has Cache-Control ${headers['cache-control'] ?? 'absent'}, not no-store`,
        )
      must(/noindex/.test(String(page.headers['x-robots-tag'])), 'the page has no X-Robots-Tag: noindex')
    },
  },
  {
    name: 'nonce-look-alike',
    says: 'a spent nonce and one that never was look the same',
    standard: 'RFC 6819, 4.4.1.3 (guessing)',
    async run(kit) {
      const nonce = await kit.ask()
      must(signsIn(await kit.newcomer().redeem(nonce)), 'the nonce works for nobody')
      const [spent, never] = [
        await kit.newcomer().request(`/handoff?nonce=${nonce.nonce}`),
        await kit.newcomer().request(`/handoff?nonce=${unknown}`),
      ]
      must(spent.status === never.status, `spent is ${spent.status}, unknown is ${never.status}`)
      const shown = ({ text }: { text: string }) =>
        text
          .replace(/<script\b.*?<\/script>/gs, '')
          .replace(/<[^>]*>/g, ' ')
          .trim()
      must(shown(spent) === shown(never), 'a spent nonce has another page than one that never was')
    },
  },
]
