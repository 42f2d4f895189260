import { expect, test } from 'vitest'
import { displayProfile, identify } from '#lib/accounts/person.ts'
import { isUsableSubject } from '#lib/accounts/subject.ts'

const oidc = { kind: 'oidc', accountIssuer: 'https://op.example.org', subjectClaim: 'sub' } as const
const github = { kind: 'oauth', accountIssuer: 'https://github.example', subjectClaim: 'sub' } as const

test('a person is the issuer and subject that the ID token names', () => {
  const claims = { iss: 'https://op.example.org/tenant', sub: 's-1' }
  expect(identify({ provider: oidc, providerAccountId: 'other', claims })).toEqual({
    issuer: 'https://op.example.org/tenant',
    subject: 's-1',
  })
})

test("without an iss claim of an ID token, a person's issuer is that of the provider's accounts", () => {
  const issuer = (provider: typeof oidc | typeof github) =>
    identify({ provider, providerAccountId: 'x', claims: { sub: 's-1' } }).issuer
  expect(issuer(oidc)).toBe('https://op.example.org')
  expect(issuer(github)).toBe('https://github.example')
})

test('a provider with neither issuer nor endpoint signs nobody in', () => {
  const unknown = { ...github, accountIssuer: undefined }
  expect(() => identify({ provider: unknown, providerAccountId: 'x', claims: {} })).toThrow('neither')
})

test('without ID tokens, a person is the account id, whatever iss and sub a user API claims', () => {
  const claims = { iss: 'https://op.example.org', sub: 'somebody', login: 'demo' }
  expect(identify({ provider: github, providerAccountId: '4711', claims })).toEqual({
    issuer: 'https://github.example',
    subject: '4711',
  })
})

test('an ID token without sub signs nobody in', () => {
  expect(() => identify({ provider: oidc, providerAccountId: '4711', claims: { login: 'demo' } })).toThrow(
    'sub',
  )
})

test('another subject claim counts alone: neither sub nor account id stands in for it', () => {
  const provider = { ...oidc, subjectClaim: 'oid' }
  const claims = { sub: 's-1', oid: 'o-1' }
  expect(identify({ provider, providerAccountId: 's-1', claims }).subject).toBe('o-1')
  expect(() => identify({ provider, providerAccountId: 's-1', claims: { sub: 's-1' } })).toThrow('oid')
})

const unusable = [
  undefined,
  null,
  '',
  7,
  true,
  ['s'],
  { s: 1 },
  'a\0b',
  'a\nb',
  '\x7f',
  '\u0085',
  'a'.repeat(256),
  '\ud800',
]

test.each(unusable)('what cannot tell a person apart is no subject: %j', (value) => {
  expect(isUsableSubject(value)).toBe(false)
  const claims = { oid: value }
  const provider = { ...oidc, subjectClaim: 'oid' }
  expect(() => identify({ provider, providerAccountId: 'x', claims })).toThrow('oid')
})

test.each(['s', 'a'.repeat(255), 'auth0|4711', ' with space ', '名前', '😀'.repeat(255)])(
  'any other text is one: %s',
  (value) => {
    expect(isUsableSubject(value)).toBe(true)
  },
)

test('what is shown of a person is cut free of control characters and blanks', () => {
  expect(
    displayProfile({
      name: ' Demo\0\r\n User\u0085 ',
      email: 'demo@example.org',
      image: 'https://i.example/1',
    }),
  ).toEqual({
    name: 'Demo User',
    email: 'demo@example.org',
    image: 'https://i.example/1',
  })
})

test('marks that turn the direction of writing are taken out of a name', () => {
  expect(displayProfile({ name: 'Ana\u202e lived\u2066\u200f' })).toEqual({ name: 'Ana lived' })
  expect(displayProfile({ name: 'half \ud800' })).toEqual({ name: 'half \ufffd' })
})

test('a picture is the image where there is no other', () => {
  expect(displayProfile({ picture: 'https://i.example/2' })).toEqual({ image: 'https://i.example/2' })
  expect(displayProfile({ image: 'https://i.example/1', picture: 'https://i.example/2' })).toEqual({
    image: 'https://i.example/1',
  })
})

test.each([
  [{}],
  [{ name: '', email: ' ', image: '\n' }],
  [{ name: 7, email: null, image: { url: 'x' } }],
  [{ name: 'é'.repeat(129), email: 'a'.repeat(321), image: 'a'.repeat(501) }],
])('what cannot be shown is left out, so that what is known stays: %j', (claims) => {
  expect(displayProfile(claims)).toEqual({})
})
