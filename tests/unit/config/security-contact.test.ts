import { expect, test } from 'vitest'
import { securityContact } from '#lib/config/security-contact.ts'

test('one contact is a list of one, and none is none', () => {
  expect(securityContact.parse('mailto:a@example.com')).toEqual(['mailto:a@example.com'])
  expect(securityContact.parse(['https://example.com/report'])).toEqual(['https://example.com/report'])
  expect(securityContact.parse(undefined)).toBeUndefined()
})

test.each([
  ['no URI', 'security@example.com'],
  ['plain http', 'http://example.com'],
  ['a line of its own', 'mailto:a@example.com\nContact: mailto:b@example.com'],
  ['a space', 'https://example.com/a b'],
  ['a mailbox without a host', 'mailto:a'],
  ['an empty list', []],
])('%s is no contact', (_, value) => {
  expect(securityContact.safeParse(value).success).toBe(false)
})
