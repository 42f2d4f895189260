import { expect, test } from 'vitest'
import { subjectIdentifierOf } from '#lib/accounts/subject-identifier.ts'

const iss = 'https://op.example.org'

test.each<[string, object, object]>([
  [
    'by issuer and subject',
    { format: 'iss_sub', iss, sub: 's-1' },
    { format: 'iss_sub', issuer: iss, subject: 's-1' },
  ],
  [
    'by e-mail address',
    { format: 'email', email: 'ada@example.org' },
    { format: 'email', email: 'ada@example.org' },
  ],
])('a subject identifier is read: %s', (_, sub_id, expected) => {
  expect(subjectIdentifierOf({ sub_id })).toEqual(expected)
  // The draft says nothing of other members beside it.
  expect(subjectIdentifierOf({ reason: 'left the company', sub_id })).toEqual(expected)
})

test.each<[string, unknown]>([
  ['no object', 'sub_id'],
  ['null', null],
  ['a list', [{ sub_id: { format: 'email', email: 'ada@example.org' } }]],
  ['none', {}],
  ['a text', { sub_id: 's-1' }],
  ['a list in it', { sub_id: [{ format: 'email', email: 'ada@example.org' }] }],
  ['nothing in it', { sub_id: {} }],
  ['no format', { sub_id: { iss, sub: 's-1' } }],
  ['a format that is no text', { sub_id: { format: ['email'], email: 'ada@example.org' } }],
  ['a format of the standard that is not served', { sub_id: { format: 'opaque', id: 's-1' } }],
  ['a word that every object has', { sub_id: { format: 'constructor' } }],
  ['a format in other letters', { sub_id: { format: 'Email', email: 'ada@example.org' } }],
  ['no sub', { sub_id: { format: 'iss_sub', iss } }],
  ['no iss', { sub_id: { format: 'iss_sub', sub: 's-1' } }],
  ['an empty iss', { sub_id: { format: 'iss_sub', iss: '', sub: 's-1' } }],
  ['a sub that is a number', { sub_id: { format: 'iss_sub', iss, sub: 1 } }],
  ['an empty sub', { sub_id: { format: 'iss_sub', iss, sub: '' } }],
  ['a sub with a NUL', { sub_id: { format: 'iss_sub', iss, sub: 's\0' } }],
  ['an iss that is a list', { sub_id: { format: 'iss_sub', iss: [iss], sub: 's-1' } }],
  ['a member of another format', { sub_id: { format: 'email', email: 'ada@example.org', sub: 's-1' } }],
  ['no email', { sub_id: { format: 'email' } }],
  ['an email without an at sign', { sub_id: { format: 'email', email: 'ada' } }],
  ['an email with a NUL', { sub_id: { format: 'email', email: 'a\0da@example.org' } }],
  ['half a character', { sub_id: { format: 'email', email: 'a\ud800@example.org' } }],
  ['an email that is too long', { sub_id: { format: 'email', email: `${'a'.repeat(320)}@example.org` } }],
])('what is no subject identifier is refused: %s', (_, message) => {
  expect(() => subjectIdentifierOf(message)).toThrow(expect.objectContaining({ code: 'invalid_request' }))
})
