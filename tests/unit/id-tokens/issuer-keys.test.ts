import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { goodClaims, verifierFor } from '../../support/id-token-rules.ts'
import { type Issuer, newKey, type SigningKey, signed, startIssuer } from '../../support/issuer.ts'

let issuer: Issuer
let key: SigningKey
let good: string

beforeEach(async () => {
  key = await newKey('ES256')
  issuer = await startIssuer([key])
  good = await signed(key, goodClaims(issuer.url))
  const started = issuer
  onTestFinished(() => started.switchOff())
})

// The issuer's own clock, and that of the tokens, go on as ever.
const later = (seconds: number) => vi.advanceTimersByTime(seconds * 1000)
beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())

const subject = { subject: 's-1' }
const bad = { code: 'invalid_grant' }
const unavailable = { code: 'temporarily_unavailable' }

test('metadata and keys are fetched once for any number of tokens', async () => {
  const verify = verifierFor(issuer.url)
  for (let round = 0; round < 5; round++) await verify(good)
  expect(issuer.requests).toEqual({ metadata: 1, keys: 1 })
})

test('keys are fetched again after ten minutes, also with a clock that was set back', async () => {
  const verify = verifierFor(issuer.url)
  await verify(good)
  later(599)
  await verify(good)
  expect(issuer.requests.keys).toBe(1)
  // Seen from the wall clock no time has passed at all.
  later(2)
  await verify(good)
  expect(issuer.requests.keys).toBe(2)
})

test('an unknown kid causes one refetch in the cooldown: forged tokens cannot flood the issuer', async () => {
  const verify = verifierFor(issuer.url)
  await verify(good)
  const forged = async (kid: string) => verify(await signed(key, goodClaims(issuer.url), { kid }))
  for (const round of [1, 2]) {
    // Only for the first one were the keys fetched; of the others nothing is known yet.
    await expect(forged(`forged-${round}`)).rejects.toMatchObject(bad)
    for (const kid of ['more-1', 'more-2', `forged-${round}`])
      await expect(forged(kid)).rejects.toMatchObject(unavailable)
    expect(issuer.requests.keys).toBe(1 + round)
    await expect(verify(good)).resolves.toMatchObject(subject)
    later(30)
  }
})

test('of a hundred tokens at once, each under its own unknown kid, one has the keys fetched', async () => {
  const verify = verifierFor(issuer.url)
  await verify(good)
  const tokens = await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      signed(key, goodClaims(issuer.url), { kid: `forged-${index}` }),
    ),
  )
  const codes = await Promise.all(tokens.map((token) => verify(token).catch(({ code }) => code)))
  expect(codes.toSorted()).toEqual(['invalid_grant', ...Array(99).fill('temporarily_unavailable')])
  expect(issuer.requests.keys).toBe(2)
})

test('after a second change of keys within the pause no token is bad, and Retry-After is told', async () => {
  const verify = verifierFor(issuer.url)
  await verify(good)
  const [next, last] = [await newKey('ES256'), await newKey('ES256')]
  issuer.serveKeys([next.jwk])
  await verify(await signed(next, goodClaims(issuer.url)))
  issuer.serveKeys([last.jwk])
  const token = await signed(last, goodClaims(issuer.url))
  for (const [passed, left] of [
    [0, 30],
    [10.5, 20],
    [19, 1],
  ] as const) {
    later(passed)
    const options = expect.objectContaining({ retryAfter: left })
    await expect(verify(token)).rejects.toMatchObject({ ...unavailable, options })
  }
  expect(issuer.requests.keys).toBe(2)
  later(0.5)
  await expect(verify(token)).resolves.toMatchObject(subject)
  expect(issuer.requests.keys).toBe(3)
})

test('within the pause a token of another algorithm is bad under a known kid, and under none', async () => {
  const verify = verifierFor(issuer.url)
  await verify(good)
  await expect(verify(await signed(key, goodClaims(issuer.url), { kid: 'forged' }))).rejects.toMatchObject(
    bad,
  )
  const other = await newKey('RS256')
  for (const kid of [key.kid, undefined])
    await expect(
      verify(await signed(other, goodClaims(issuer.url), { kid } as { kid: string })),
    ).rejects.toMatchObject(bad)
})

test('a wrong signature under a known kid fetches nothing', async () => {
  const verify = verifierFor(issuer.url)
  await verify(good)
  const forger = await newKey('ES256')
  await expect(verify(await signed(forger, goodClaims(issuer.url), { kid: key.kid }))).rejects.toMatchObject(
    bad,
  )
  expect(issuer.requests.keys).toBe(1)
})

test('a rotated key is found at once', async () => {
  const verify = verifierFor(issuer.url)
  await verify(good)
  const next = await newKey('ES256')
  issuer.serveKeys([key.jwk, next.jwk])
  await expect(verify(await signed(next, goodClaims(issuer.url)))).resolves.toMatchObject(subject)
  await expect(verify(good)).resolves.toMatchObject(subject)
})

test('a rotated key is found by all of ten tokens that come together, with one refetch', async () => {
  const verify = verifierFor(issuer.url)
  await verify(good)
  const next = await newKey('ES256')
  issuer.serveKeys([next.jwk])
  const token = await signed(next, goodClaims(issuer.url))
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => verify(token)))
  expect(outcomes.map(({ status }) => status)).toEqual(Array(10).fill('fulfilled'))
  expect(issuer.requests.keys).toBe(2)
})

test('a key that was withdrawn is no longer good once the keys were fetched anew', async () => {
  const verify = verifierFor(issuer.url)
  await verify(good)
  const next = await newKey('ES256')
  issuer.serveKeys([next.jwk])
  await verify(await signed(next, goodClaims(issuer.url)))
  await expect(verify(good)).rejects.toMatchObject(unavailable)
  later(30)
  await expect(verify(good)).rejects.toMatchObject(bad)
})

test('while the issuer is down a token is not called bad; once it is back it is taken', async () => {
  await issuer.switchOff()
  const verify = verifierFor(issuer.url)
  for (let round = 0; round < 2; round++) await expect(verify(good)).rejects.toMatchObject(unavailable)
  await issuer.switchOn()
  later(5)
  await expect(verify(good)).resolves.toMatchObject(subject)
})

test.each([
  [500, '{}'],
  [404, ''],
  [200, '<html>'],
  [200, '{}'],
  [200, '{"keys":1}'],
  [302, ''],
])(
  'while the issuer answers no keys (%i %j) a token is not called bad; once it does it is taken',
  async (status, body) => {
    const verify = verifierFor(issuer.url)
    issuer.answerKeysWith(status, body)
    await expect(verify(good)).rejects.toMatchObject(unavailable)
    issuer.serveKeys([key.jwk])
    await expect(verify(good)).resolves.toMatchObject(subject)
  },
)

test('an issuer that is down does not hinder tokens whose keys are known', async () => {
  const verify = verifierFor(issuer.url)
  await verify(good)
  await issuer.switchOff()
  await expect(verify(good)).resolves.toMatchObject(subject)
  await issuer.switchOn()
})

test('while the keys of an unknown kid cannot be fetched, its token is never called bad', async () => {
  const verify = verifierFor(issuer.url)
  await verify(good)
  const next = await newKey('ES256')
  issuer.serveKeys([next.jwk])
  const token = await signed(next, goodClaims(issuer.url))
  await issuer.switchOff()
  for (let round = 0; round < 3; round++) await expect(verify(token)).rejects.toMatchObject(unavailable)
  await issuer.switchOn()
})

test.each<[what: string, metadata: (url: string) => object]>([
  ['another issuer', (url) => ({ issuer: 'https://evil.test', jwks_uri: `${url}/jwks` })],
  ['an issuer with a path', (url) => ({ issuer: `${url}/tenant`, jwks_uri: `${url}/jwks` })],
  ['no issuer', (url) => ({ jwks_uri: `${url}/jwks` })],
  ['no keys', (url) => ({ issuer: url })],
  ['nothing', () => ({})],
  ['a list', () => []],
])('metadata that names %s is not gone by', async (_, metadata) => {
  const verify = verifierFor(issuer.url)
  issuer.serveMetadata(metadata)
  await expect(verify(good)).rejects.toMatchObject({ code: 'temporarily_unavailable' })
  expect(issuer.requests.keys).toBe(0)
})

test('bad metadata is kept for five seconds: then a token finds the right one', async () => {
  const verify = verifierFor(issuer.url)
  issuer.serveMetadata(() => ({ issuer: 'https://evil.test' }))
  await expect(verify(good)).rejects.toMatchObject(unavailable)
  issuer.serveMetadata((url) => ({ issuer: url, jwks_uri: `${url}/jwks` }))
  const asked = issuer.requests.metadata
  for (let call = 0; call < 10; call++) await expect(verify(good)).rejects.toMatchObject(unavailable)
  expect(issuer.requests.metadata).toBe(asked)
  later(5)
  await expect(verify(good)).resolves.toMatchObject(subject)
})

test('a refusal tells nothing of the issuer’s addresses or answers', async () => {
  await issuer.switchOff()
  const error = await verifierFor(issuer.url)(good).catch((thrown) => thrown)
  expect(error.description).not.toContain('127.0.0.1')
  await issuer.switchOn()
})
