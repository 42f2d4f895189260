import type { Check } from '../check.ts'
import type { Kit } from '../kit.ts'
import { signsIn } from '../people/browser.ts'
import { newProofKey } from '../people/proof-key.ts'
import { must, Skipped } from '../verdict.ts'

async function boundNonce(kit: Kit) {
  const { verifier, challenge } = newProofKey()
  const nonce = await kit.ask({ code_challenge: challenge, code_challenge_method: 'S256' })
  return { ...nonce, verifier }
}

export const binding: Check[] = [
  {
    name: 'verifier-missing',
    says: 'a bound nonce signs nobody in without its verifier',
    standard: 'RFC 7636, 4.6',
    async run(kit) {
      const nonce = await boundNonce(kit)
      const without = await kit.newcomer().redeem({ ...nonce, verifier: undefined })
      must(!signsIn(without), 'a bound nonce signed a browser in that has no verifier')
      must(signsIn(await kit.newcomer().redeem(nonce)), 'the right verifier is refused after that')
    },
  },
  {
    name: 'verifier-wrong',
    says: 'a bound nonce signs nobody in with another verifier, by form or header',
    standard: 'RFC 7636, 4.6',
    async run(kit) {
      const nonce = await boundNonce(kit)
      const { verifier } = newProofKey()
      must(
        !signsIn(await kit.newcomer().redeem({ ...nonce, verifier })),
        'a wrong verifier is taken by the form',
      )
      const browser = kit.newcomer()
      const headers = { 'baton-handoff-verifier': verifier }
      const page = await browser.request(`/handoff?nonce=${nonce.nonce}`, { headers })
      must(page.status === 410, `a wrong verifier in the header is answered ${page.status}, not 410`)
      must(signsIn(await kit.newcomer().redeem(nonce)), 'the right verifier is refused after that')
    },
  },
  {
    name: 'verifier-plain',
    says: 'a nonce cannot be bound by the method plain, which shows the verifier',
    standard: 'RFC 9700, 2.1.1; RFC 7636, 4.2',
    async run(kit) {
      const { challenge } = newProofKey()
      const answer = await kit.post({ code_challenge: challenge, code_challenge_method: 'plain' })
      must(answer.status === 400, `code_challenge_method=plain is answered ${answer.status}, not 400`)
    },
  },
  {
    name: 'nonce-other-target',
    says: 'a nonce for an application signs nobody in at Baton itself',
    standard: 'RFC 9700, 4.10.2 (audience)',
    async run(kit) {
      const { target } = kit.options
      const answer = await kit.post({ target })
      const { nonce } = answer.json()
      if (typeof nonce !== 'string')
        throw new Skipped(`no nonce for ${target}: give an application that may receive, by --target ID`)
      const there = await kit.newcomer().redeem({ nonce, uri: '', expiresIn: 0 })
      must(!signsIn(there), `a nonce for ${target} signed a browser in at /handoff`)
      must(there.status === 410, `a nonce for ${target} is answered ${there.status} at /handoff, not 410`)
    },
  },
  {
    name: 'nonce-unknown-target',
    says: 'no nonce is issued for an application that may not receive one',
    standard: 'RFC 9700, 2.3 (privileges)',
    async run(kit) {
      const answer = await kit.post({ target: 'https://evil.example' })
      must(answer.status === 403, `a nonce for an unknown target is answered ${answer.status}, not 403`)
    },
  },
  {
    name: 'nonce-strength',
    says: 'a nonce has 256 random bits and lives for two minutes at most',
    standard: 'RFC 6749, 10.10; RFC 9700, 4.5',
    async run(kit) {
      const { nonce, expiresIn } = await kit.ask()
      must(/^[\w-]{43}$/.test(nonce), `a nonce has ${nonce.length} characters, not 43 of base64url`)
      must(expiresIn > 0 && expiresIn <= 120, `a nonce lives for ${expiresIn} s`)
      must((await kit.ask()).nonce !== nonce, 'two nonces are the same')
    },
  },
  {
    name: 'nonce-status-stranger',
    says: 'another person is not told of a nonce, and cannot approve it',
    standard: 'RFC 10027, 6.1',
    async run(kit) {
      const { nonce } = await kit.ask()
      const other = await kit.accounts.other()
      const status = await other.ownPage(`/api/nonce/status?nonce=${nonce}`)
      must(
        status.status === 404,
        `another person's question for the status is answered ${status.status}, not 404`,
      )
      const form = { nonce, number: '42', approve: 'yes' }
      const approval = await other.ownPage('/api/nonce/approval', { method: 'POST', form })
      must(approval.status >= 400, `another person's approval is answered ${approval.status}`)
    },
  },
]
