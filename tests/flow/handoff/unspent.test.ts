import { expect } from 'vitest'
import { test as base } from '../../support/test.ts'

const test = base.extend('usedAt', ({ sql }) => async (): Promise<Date | null | undefined> => {
  const [newest] = await sql<{ used_at: Date | null }>(
    'SELECT used_at FROM nonces ORDER BY created_at DESC LIMIT 1',
  )
  return newest?.used_at
})

const looks: [string, RequestInit][] = [
  ['a browser', {}],
  ['HEAD', { method: 'HEAD' }],
  ['a prefetch (Sec-Purpose)', { headers: { 'sec-purpose': 'prefetch;prerender' } }],
  ['a prefetch (Purpose)', { headers: { purpose: 'prefetch' } }],
  ['a prefetch (X-Moz)', { headers: { 'x-moz': 'prefetch' } }],
  ["a prefetch of Next's router", { headers: { rsc: '1', 'next-router-prefetch': '1' } }],
  ["a visit by Next's router", { headers: { rsc: '1' } }],
  ['a segment prefetch', { headers: { rsc: '1', 'next-router-segment-prefetch': '/_tree' } }],
  ['Slack', { headers: { 'user-agent': 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)' } }],
  ['WhatsApp', { headers: { 'user-agent': 'WhatsApp/2.23.20.0' } }],
  ['Facebook', { headers: { 'user-agent': 'facebookexternalhit/1.1' } }],
  ['a mail scanner', { headers: { 'user-agent': 'Mozilla/5.0 (compatible; BarracudaCentral)' } }],
]

test.for(looks)(
  '%s that opens the link spends nothing, however often',
  async ([, init], { person, newcomer, usedAt }) => {
    const { nonce } = await person.askForNonce()
    for (const visitor of [newcomer(), newcomer(), person]) {
      const address = `/handoff?nonce=${nonce}`
      let answer = await visitor.request(address, init)
      // Next sends its router's requests on to an address that no cache takes for the page's own.
      if (answer.status === 307) answer = await visitor.request(answer.headers.get('location') ?? '', init)
      expect(answer.status).toBe(200)
      expect(answer.headers.getSetCookie().filter((cookie) => cookie.includes('baton.session'))).toEqual([])
    }
    expect(await usedAt()).toBeNull()
    expect((await newcomer().redeem(nonce)).status).toBe(303)
    expect(await usedAt()).not.toBeNull()
  },
)

test.for(['PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
  '%s is refused and spends nothing',
  async (method, { person, newcomer }) => {
    const { nonce } = await person.askForNonce()
    const answer = await newcomer().ownPage(`/handoff?nonce=${nonce}`, { method })
    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')).toBe('GET, HEAD, POST')
    expect((await newcomer().redeem(nonce)).status).toBe(303)
  },
)

test('HEAD says what GET would, without a body', async ({ person, newcomer }) => {
  const { nonce } = await person.askForNonce()
  const answer = await newcomer().request(`/handoff?nonce=${nonce}`, { method: 'HEAD' })
  expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
  expect(await answer.text()).toBe('')
  const gone = await newcomer().request('/handoff?nonce=none', { method: 'HEAD' })
  expect(gone.status).toBe(410)
})
