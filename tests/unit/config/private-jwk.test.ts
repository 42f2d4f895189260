import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { expect, test } from 'vitest'
import { privateJwk } from '#lib/config/private-jwk.ts'

const pem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }) as string
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const ed25519 = generateKeyPairSync('ed25519').privateKey

test.each([
  ['RSA', rsa, 'RS256'],
  ['P-256', p256, 'ES256'],
  ['Ed25519', ed25519, 'EdDSA'],
])('a %s key signs by its usual algorithm, in whichever form it is given', (_, key, alg) => {
  const jwk = key.export({ format: 'jwk' }) as Record<string, unknown>
  const inOneLine = pem(key).replaceAll('\n', '\\n')
  for (const given of [jwk, JSON.stringify(jwk), pem(key), inOneLine])
    expect(privateJwk(given)).toMatchObject({ alg, kty: jwk.kty })
  expect(privateJwk({ ...jwk, kid: 'k-1' }).kid).toBe('k-1')
})

test('a JWK names its algorithm itself', () => {
  const jwk = rsa.export({ format: 'jwk' }) as Record<string, unknown>
  expect(privateJwk({ ...jwk, alg: 'PS256' }).alg).toBe('PS256')
})

test.each([
  ['a public key', generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })],
  ['a key that cannot sign', generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' })],
  ['a secret', { kty: 'oct', k: 'AAAA' }],
  ['nothing', {}],
  ['a text', 'no key'],
  ['broken JSON', '{"kty":'],
])('%s is no private key', (_, given) => {
  expect(() => privateJwk(given as string)).toThrow()
})
