import { expect, test } from 'vitest'
import { isAllowed, isRestricted, mayEnter } from '#lib/accounts/allowed.ts'
import { allowSchema } from '#lib/config/allow.ts'

const verified = { email: 'Ana@Example.org', email_verified: true }

test.each<[rules: object, claims: object, isLetIn: boolean]>([
  [{ emails: ['ana@example.org'] }, verified, true],
  [{ emails: ['ANA@EXAMPLE.ORG'] }, verified, true],
  [{ emails: ['bob@example.org'] }, verified, false],
  [{ emailDomains: ['example.org'] }, verified, true],
  [{ emailDomains: ['EXAMPLE.org'] }, verified, true],
  [{ emailDomains: ['ample.org'] }, verified, false],
  [{ emailDomains: ['org.example'] }, verified, false],
  [{ emailDomains: ['example.org'] }, { ...verified, email: 'ana@mail.example.org' }, false],
  [{ emailDomains: ['example.org'] }, { ...verified, email: 'example.org' }, false],
  [{ emailDomains: ['example.org'] }, { ...verified, email: 'ana@example.org@evil.test' }, false],
  [{ emailDomains: ['example.org'] }, { ...verified, email: ['ana@example.org'] }, false],
  // Apple and Cognito write it as text.
  [{ emailDomains: ['example.org'] }, { ...verified, email_verified: 'true' }, true],
  ...[undefined, false, 'false', 1, 'yes', null].map((said): [object, object, boolean] => [
    { emailDomains: ['example.org'] },
    { ...verified, email_verified: said },
    false,
  ]),
  // Another provider's word, and not this one's.
  [{ emails: ['ana@example.org'] }, { email: 'ana@example.org', verified: true }, false],
  [{ claims: { hd: ['example.org'] } }, { hd: 'example.org' }, true],
  [{ claims: { hd: ['example.org'] } }, { hd: 'Example.org' }, false],
  [{ claims: { hd: ['example.org'] } }, {}, false],
  [{ claims: { groups: ['staff', 'board'] } }, { groups: ['guests', 'board'] }, true],
  [{ claims: { groups: ['staff'] } }, { groups: ['guests'] }, false],
  [{ claims: { groups: ['staff'] } }, { groups: { staff: true } }, false],
  [{ claims: { level: [3] } }, { level: 3 }, true],
  [{ claims: { level: [3] } }, { level: '3' }, false],
  [{ claims: { a: ['x'], b: ['y'] } }, { a: 'x' }, false],
  [{ emails: ['ana@example.org'], claims: { a: ['x'] } }, verified, false],
  [{ emails: ['ana@example.org'], claims: { a: ['x'] } }, { ...verified, a: 'x' }, true],
])('allow %j and %j: %s', (rules, claims, isLetIn) => {
  expect(isAllowed({ ...claims }, allowSchema.parse(rules))).toBe(isLetIn)
})

test('without rules everybody is let in', () => {
  expect(isAllowed({}, undefined)).toBe(true)
})

const issuer = 'https://op.example.org'
const staff = allowSchema.parse({ claims: { groups: ['staff'] } })
const board = allowSchema.parse({ claims: { groups: ['board'] } })
const oidc = { issuer }

test('a sign-in asks the rules of its own provider alone', () => {
  const rules = {
    providers: [
      { ...oidc, id: 'a', allow: staff },
      { ...oidc, id: 'b', allow: undefined },
    ],
    trustedIssuers: [{ issuer, allow: board }],
  }
  expect(mayEnter({}, { provider: 'a' }, rules)).toBe(false)
  expect(mayEnter({ groups: ['staff'] }, { provider: 'a' }, rules)).toBe(true)
  expect(mayEnter({}, { provider: 'b' }, rules)).toBe(true)
})

test("an ID token needs its issuer's own rules and those of every provider with that issuer", () => {
  const rules = {
    providers: [{ ...oidc, id: 'a', allow: staff }],
    trustedIssuers: [{ issuer, allow: board }],
  }
  for (const [groups, isLetIn] of [
    [['staff'], false],
    [['board'], false],
    [['staff', 'board'], true],
  ] as const)
    expect(mayEnter({ groups }, { issuer }, rules)).toBe(isLetIn)
  expect(mayEnter({ groups: ['staff', 'board'] }, { issuer: 'https://other.example.org' }, rules)).toBe(false)
})

test('an issuer of many tenants stands for that of each tenant', () => {
  const tenant = 'https://login.microsoftonline.com/9188040d/v2.0'
  const rules = (named: string) => ({
    providers: [{ id: 'a', issuer: named, allow: staff }],
    trustedIssuers: [{ issuer: tenant, allow: undefined }],
  })
  for (const named of ['common', 'organizations', 'consumers'])
    expect(mayEnter({}, { issuer: tenant }, rules(`https://login.microsoftonline.com/${named}/v2.0`))).toBe(
      false,
    )
  expect(mayEnter({}, { issuer: tenant }, rules('https://login.microsoftonline.com/other/v2.0'))).toBe(true)
})

test('by a door that is not configured any more nobody comes in', () => {
  expect(mayEnter({}, { provider: 'gone' }, { providers: [], trustedIssuers: [] })).toBe(false)
  expect(mayEnter({}, { issuer }, { providers: [], trustedIssuers: [] })).toBe(false)
})

test('only a configuration with rules restricts anybody', () => {
  const trustedIssuers = [{ issuer, allow: undefined }]
  expect(isRestricted({ providers: [{ ...oidc, id: 'a', allow: undefined }], trustedIssuers })).toBe(false)
  expect(isRestricted({ providers: [{ ...oidc, id: 'a', allow: staff }], trustedIssuers })).toBe(true)
  expect(isRestricted({ providers: [], trustedIssuers: [{ issuer, allow: staff }] })).toBe(true)
})
