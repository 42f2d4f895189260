import { expect } from 'vitest'
import type { Setup } from '../../support/stage.ts'
import { test as base, perFile } from '../../support/test.ts'

const contacts = ['https://example.com/report', 'mailto:security@example.com']

const test = base.extend('setup', perFile, {
  config: (partners) => partners.config({ securityContact: contacts }),
} as Setup)

const path = '/.well-known/security.txt'

test('security.txt says where to report a vulnerability, and for how long that is so', async ({ baton }) => {
  const answer = await fetch(baton.url + path)
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8'])
  const [first, second, expires = '', canonical, languages, ...rest] = (await answer.text()).split('\n')
  expect([first, second]).toEqual(contacts.map((contact) => `Contact: ${contact}`))
  expect(canonical).toBe(`Canonical: ${baton.url}${path}`)
  expect([languages, rest]).toEqual(['Preferred-Languages: en', ['']])
  // RFC 9116, section 2.5.5: a date of RFC 3339, less than a year ahead.
  const until = Date.parse(/^Expires: (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)$/.exec(expires)?.[1] ?? '')
  expect(until).toBeGreaterThan(Date.now() + 30 * 86_400_000)
  expect(until).toBeLessThan(Date.now() + 365 * 86_400_000)
})

test('security.txt is read, and nothing else', async ({ baton }) => {
  expect((await fetch(baton.url + path, { method: 'HEAD' })).status).toBe(200)
  const answer = await fetch(baton.url + path, { method: 'POST' })
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
})
