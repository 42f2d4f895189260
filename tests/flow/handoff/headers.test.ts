import { expect } from 'vitest'
import type { Person } from '../../support/person.ts'
import { test as base } from '../../support/test.ts'

const test = base.extend(
  'nonce',
  ({ person }) =>
    async () =>
      (await person.askForNonce()).nonce,
)

type Given = { newcomer: () => Person; nonce: () => Promise<string> }

const answers: [string, number, (given: Given) => Promise<Response>][] = [
  ['an open page', 200, async ({ newcomer, nonce }) => newcomer().request(`/handoff?nonce=${await nonce()}`)],
  ['a dead link', 410, ({ newcomer }) => newcomer().request(`/handoff?nonce=${'x'.repeat(43)}`)],
  [
    'an address with a slash at its end',
    200,
    async ({ newcomer, nonce }) => newcomer().request(`/handoff/?nonce=${await nonce()}`),
  ],
  ['a spent nonce', 410, ({ newcomer }) => newcomer().redeem('x'.repeat(43))],
  ['a redemption', 303, async ({ newcomer, nonce }) => newcomer().redeem(await nonce())],
  [
    'a forged form',
    403,
    async ({ newcomer, nonce }) =>
      newcomer().request('/handoff', { method: 'POST', body: new URLSearchParams({ nonce: await nonce() }) }),
  ],
  ['a repeated parameter', 400, ({ newcomer }) => newcomer().request('/handoff?nonce=a&nonce=b')],
  ['another method', 405, ({ newcomer }) => newcomer().request('/handoff', { method: 'DELETE' })],
]

test.for(answers)(
  '%s tells no other site of itself, is not kept and not indexed',
  async ([, status, ask], { newcomer, nonce }) => {
    const answer = await ask({ newcomer, nonce })
    expect(answer.status).toBe(status)
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
    expect(answer.headers.get('cache-control')).toMatch(/\bno-store\b/)
    expect(answer.headers.get('cache-control')).not.toMatch(/public|s-maxage/)
    expect(answer.headers.get('x-robots-tag')).toMatch(/\bnoindex\b/)
    const html = await answer.text()
    expect(html).not.toMatch(/["'](og|twitter|fb|al):/)
    expect(html).not.toMatch(/oembed|rel="canonical"/)
  },
)

test.for(answers.slice(0, 3))(
  '%s is a page that cannot be framed',
  async ([, status, ask], { newcomer, nonce }) => {
    const answer = await ask({ newcomer, nonce })
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(answer.headers.get('x-frame-options')).toBe('DENY')
    expect(await answer.text()).toMatch(/<meta name="robots" content="noindex/)
  },
)

test('titles name the state of the page and no person', async ({ nonce, newcomer }) => {
  const titles = {
    [`/handoff?nonce=${await nonce()}`]: 'Continue',
    '/handoff': 'This link does not work any more',
  }
  for (const [address, title] of Object.entries(titles)) {
    const html = await (await newcomer().request(address)).text()
    expect(/<title>(.*?)<\/title>/.exec(html)?.[1]).toBe(`${title} · Baton`)
  }
})

test('the answer to a redemption holds the nonce nowhere', async ({ nonce, newcomer }) => {
  const spent = await nonce()
  const answer = await newcomer().redeem(spent)
  expect(answer.status).toBe(303)
  expect(JSON.stringify([...answer.headers]) + (await answer.text())).not.toContain(spent)
})
