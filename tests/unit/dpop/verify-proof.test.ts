import { generateKeyPairSync } from 'node:crypto'
import { exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import { expect, test } from 'vitest'
import { verifyProof } from '#lib/dpop/verify-proof.ts'
import { ath, newDeviceKey, type ProofOptions } from '../../support/device-key.ts'

const key = await newDeviceKey()
const url = 'https://baton.example.org/api/nonce'
const token = 'w'.repeat(43)
const request = { method: 'POST', url, accessToken: token }
const good: ProofOptions = { url, token }

test('a good proof tells its key, its time and its nonce', async () => {
  const iat = Math.floor(Date.now() / 1000)
  const proof = await key.proof({ ...good, nonce: 'of the server', claims: { iat, jti: 'one' } })
  const first = await verifyProof(proof, request)
  expect(first).toMatchObject({ jkt: key.jkt, iat, nonce: 'of the server' })
  const again = await verifyProof(await key.proof({ ...good, claims: { jti: 'one' } }), request)
  expect(again.digest.equals(first.digest)).toBe(true)
  const other = await verifyProof(await key.proof({ ...good, claims: { jti: 'two' } }), request)
  expect(other.digest.equals(first.digest)).toBe(false)
  const stranger = await newDeviceKey()
  const theirs = await verifyProof(await stranger.proof({ ...good, claims: { jti: 'one' } }), request)
  expect(theirs.digest.equals(first.digest)).toBe(false)
})

test.for(['ES256', 'RS256', 'PS256', 'EdDSA', 'Ed25519'])('%s is a good algorithm', async (alg) => {
  const one = await newDeviceKey(alg)
  await expect(verifyProof(await one.proof(good), request)).resolves.toMatchObject({ jkt: one.jkt })
})

const hmac = new Uint8Array(32).fill(7)
const privateJwk = await exportJWK(key.privateKey)
const otherPair = await generateKeyPair('ES256')
const rsa = await newDeviceKey('RS256')

test.for<[string, Partial<ProofOptions>]>([
  ['another htm', { method: 'GET' }],
  ['an htm in lower case', { method: 'post' }],
  ['no htm', { claims: { htm: undefined } }],
  ['another path', { url: 'https://baton.example.org/api/token' }],
  ['a path with one slash more', { url: `${url}/` }],
  ['another host', { url: 'https://evil.example.org/api/nonce' }],
  ['another scheme', { url: 'http://baton.example.org/api/nonce' }],
  ['another port', { url: 'https://baton.example.org:444/api/nonce' }],
  ['an htu that is no address', { url: '/api/nonce' }],
  ['no htu', { claims: { htu: undefined } }],
  ['the ath of another token', { token: 'x'.repeat(43) }],
  ['no ath', { claims: { ath: undefined } }],
  ['the token itself for ath', { claims: { ath: token } }],
  ['no jti', { claims: { jti: undefined } }],
  ['an empty jti', { claims: { jti: '' } }],
  ['a jti that is no text', { claims: { jti: 1 } }],
  ['a jti without end', { claims: { jti: 'x'.repeat(257) } }],
  ['no iat', { claims: { iat: undefined } }],
  ['an iat that is no number', { claims: { iat: 'now' } }],
  ['a nonce that is no text', { claims: { nonce: 1 } }],
  ['a time from which it counts, in the future', { claims: { nbf: Math.floor(Date.now() / 1000) + 600 } }],
  ['another type', { header: { typ: 'JWT' } }],
  ['no type', { header: { typ: undefined } }],
  ['no key', { header: { jwk: undefined } }],
  ['the private key', { header: { jwk: privateJwk } }],
  ['a public key with a secret member', { header: { jwk: { ...rsa.jwk, q: 'AQAB' }, alg: 'RS256' } }],
  ['the signature of another key', { signedBy: otherPair.privateKey }],
  ['an HMAC by its own key', { header: { alg: 'HS256', jwk: { kty: 'oct', k: 'BwcH' } }, signedBy: hmac }],
  ['an HMAC by the public key', { header: { alg: 'HS256' }, signedBy: hmac }],
  ['more than a proof needs', { claims: { more: 'x'.repeat(4096) } }],
])('%s is refused', async ([, otherwise]) => {
  const signedBy = otherwise.header?.alg === 'RS256' ? { signedBy: rsa.privateKey } : {}
  const proof = await key.proof({ ...good, ...signedBy, ...otherwise })
  await expect(verifyProof(proof, request)).rejects.toMatchObject({ code: 'invalid_dpop_proof' })
})

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

test.for([
  ['nothing signed', `${encoded({ typ: 'dpop+jwt', alg: 'none', jwk: key.jwk })}.${encoded({ jti: 'x' })}.`],
  ['no JWT', 'x'],
  ['two proofs', `${await key.proof(good)}, ${await key.proof(good)}`],
])('%s is refused', async ([, proof = '']) => {
  await expect(verifyProof(proof, request)).rejects.toMatchObject({ code: 'invalid_dpop_proof' })
})

test('an algorithm that is not on the list is refused, however good the key', async () => {
  const one = await newDeviceKey('ES384')
  await expect(verifyProof(await one.proof(good), request)).rejects.toMatchObject({
    code: 'invalid_dpop_proof',
  })
})

test('a key of RSA with another exponent than 65537 is refused: it could take long to verify', async () => {
  const odd = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 })
  const jwk = odd.publicKey.export({ format: 'jwk' }) as JWK
  const signedBy = await importJWK(odd.privateKey.export({ format: 'jwk' }) as JWK, 'RS256')
  const proof = await key.proof({ ...good, header: { alg: 'RS256', jwk }, signedBy })
  await expect(verifyProof(proof, request)).rejects.toMatchObject({ code: 'invalid_dpop_proof' })
})

test.for([
  'HTTPS://BATON.example.org/api/nonce',
  'https://baton.example.org:443/api/nonce',
  'https://baton.example.org/api/nonce?a=b#c',
  'https://baton.example.org/api/./%6eonce',
  'https://baton.example.org/x/../api/nonce',
])('%s is the same address', async (htu) => {
  const proof = await key.proof({ ...good, url: htu })
  await expect(verifyProof(proof, request)).resolves.toMatchObject({ jkt: key.jkt })
})

test('an encoded delimiter is another address, in whichever case', async () => {
  const called = { ...request, url: `${url}/a%2Fb?c` }
  const prove = async (htu: string) => verifyProof(await key.proof({ ...good, url: htu }), called)
  await expect(prove(`${url}/a%2fb`)).resolves.toBeDefined()
  await expect(prove(`${url}/a/b`)).rejects.toMatchObject({ code: 'invalid_dpop_proof' })
})

test('without an access token no ath is asked for', async () => {
  const proof = await key.proof({ url, claims: { ath: ath('another one') } })
  await expect(verifyProof(proof, { method: 'POST', url })).resolves.toBeDefined()
})
