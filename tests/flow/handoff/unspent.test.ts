import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Person } from '../../support/person.ts'
import { type Stage, startStage } from '../../support/stage.ts'

let stage: Stage
let source: Person

beforeAll(async () => {
  stage = await startStage()
  source = await stage.signedIn()
})

afterAll(() => stage?.close())

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

test.each(looks)('%s that opens the link spends nothing, however often', async (_, init) => {
  const { nonce } = await source.askForNonce()
  for (const visitor of [stage.newcomer(), stage.newcomer(), source]) {
    const address = `/handoff?nonce=${nonce}`
    let answer = await visitor.request(address, init)
    // Next sends its router's requests on to an address that no cache takes for the page's own.
    if (answer.status === 307) answer = await visitor.request(answer.headers.get('location') ?? '', init)
    expect(answer.status).toBe(200)
    expect(answer.headers.getSetCookie().filter((cookie) => cookie.includes('session-token'))).toEqual([])
  }
  expect(await usedAt()).toBeNull()
  expect((await stage.newcomer().redeem(nonce)).status).toBe(303)
  expect(await usedAt()).not.toBeNull()
})

test.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s is refused and spends nothing', async (method) => {
  const { nonce } = await source.askForNonce()
  const answer = await stage.newcomer().ownPage(`/handoff?nonce=${nonce}`, { method })
  expect(answer.status).toBe(405)
  expect(answer.headers.get('allow')).toBe('GET, HEAD, POST')
  expect((await stage.newcomer().redeem(nonce)).status).toBe(303)
})

test('HEAD says what GET would, without a body', async () => {
  const { nonce } = await source.askForNonce()
  const answer = await stage.newcomer().request(`/handoff?nonce=${nonce}`, { method: 'HEAD' })
  expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
  expect(await answer.text()).toBe('')
  const gone = await stage.newcomer().request('/handoff?nonce=none', { method: 'HEAD' })
  expect(gone.status).toBe(410)
})

async function usedAt(): Promise<Date | null | undefined> {
  const [newest] = await stage.sql<{ used_at: Date | null }>(
    'SELECT used_at FROM nonces ORDER BY created_at DESC LIMIT 1',
  )
  return newest?.used_at
}
