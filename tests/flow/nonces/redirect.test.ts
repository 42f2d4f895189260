import { expect } from 'vitest'
import { expectRefusal } from '../../support/clients/refusal.ts'
import { test } from '../../support/test.ts'

test.for([
  'https://evil.example',
  'http:evil.example',
  'https:/evil.example',
  '//evil.example',
  '///evil.example',
  '////evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '\\/evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '/\r\n/evil.example',
  '\t//evil.example',
  ' //evil.example',
  '/..//evil.example',
  '/.//evil.example',
  '/./\\evil.example',
  '/a/../..//evil.example',
  '/%2e%2e//evil.example',
  '/%2E//evil.example',
  'evil.example',
  '.evil.example',
  '@evil.example',
  'javascript:alert(1)',
  'data:text/html,x',
  '?next=/',
  '#here',
  '/a\0b',
  '/a\u0085b',
  '/inbox\r\nSet-Cookie: a=b',
  `/${'a'.repeat(2048)}`,
])('redirect_to %j is no path of the target and is invalid_request', async (redirect_to, { person }) => {
  const response = await person.ownPage('/api/nonce', {
    method: 'POST',
    body: new URLSearchParams({ redirect_to }),
  })
  await expectRefusal(response, 400, 'invalid_request')
})

test.for([
  ['/', '/'],
  ['/sessions', '/sessions'],
  ['/inbox?unread=1&unread=2', '/inbox?unread=1&unread=2'],
  ['/inbox#last', '/inbox#last'],
  ['/a/../b', '/b'],
  ['/search?q=https://elsewhere.example//x', '/search?q=https://elsewhere.example//x'],
  ['/%2F%2Fevil.example', '/%2F%2Fevil.example'],
  ['/a//b', '/a//b'],
  ['/@evil.example', '/@evil.example'],
  ['/grüße', '/gr%C3%BC%C3%9Fe'],
] as const)(
  'redirect_to %j arrives as %j and leads nowhere else',
  async ([redirect_to, location], { person, newcomer, baton }) => {
    const { nonce } = await person.askForNonce({ redirect_to })
    const answer = await newcomer().redeem(nonce)
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toBe(location)
    expect(new URL(location, baton.url).origin).toBe(baton.url)
  },
)

test('without redirect_to one arrives at the home page', async ({ person, newcomer }) => {
  const { nonce } = await person.askForNonce()
  expect((await newcomer().redeem(nonce)).headers.get('location')).toBe('/')
})
