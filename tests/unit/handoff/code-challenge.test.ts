import { expect, test } from 'vitest'
import { challengeOf, codeChallenge } from '#lib/handoff/code-challenge.ts'

// The example of RFC 7636, appendix B.
const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

test('a verifier answers to the challenge that RFC 7636 says', () => {
  expect(challengeOf(verifier)).toBe(challenge)
})

test('a nonce without a challenge is not bound', () => {
  expect(codeChallenge(undefined, undefined)).toBeNull()
})

test('a challenge by S256 binds the nonce', () => {
  expect(codeChallenge(challenge, 'S256')).toBe(challenge)
})

test.each<[string | undefined, string | undefined]>([
  [challenge, undefined],
  [challenge, 'plain'],
  [challenge, 's256'],
  [challenge, ''],
  [undefined, 'S256'],
  [undefined, 'plain'],
  ['', 'S256'],
  [challenge.slice(1), 'S256'],
  [`${challenge}A`, 'S256'],
  [`${challenge}=`, 'S256'],
  [`${challenge.slice(1)}+`, 'S256'],
  [`${challenge.slice(1)}~`, 'S256'],
  [`${challenge}\n`, 'S256'],
])('challenge %j with method %j is refused rather than ignored', (value, method) => {
  expect(() => codeChallenge(value, method)).toThrow(expect.objectContaining({ code: 'invalid_request' }))
})

test.each([
  undefined,
  '',
  'a'.repeat(42),
  'a'.repeat(129),
  `${'a'.repeat(43)}+`,
  `${verifier}\n`,
  `${verifier} `,
])('what is no verifier answers to no challenge: %j', (text) => {
  expect(challengeOf(text)).toBeNull()
})

test.each(['a'.repeat(43), 'Z'.repeat(128), '-._~'.repeat(12)])(
  'a verifier of any length and letter counts: %s',
  (text) => {
    expect(challengeOf(text)).toMatch(/^[A-Za-z0-9_-]{43}$/)
  },
)
