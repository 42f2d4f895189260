import { createSign, generateKeyPairSync } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createClient, memoryStorage, type Signer, webCryptoSigner } from '../src/index.ts'
import { json } from './support/small-baton.ts'
import { errorOf, type Stage, signIn, startStage } from './support/stage.ts'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})
afterEach(() => stage.baton.asUsual())
afterAll(() => stage.close())

const greeting = '/api/backends/demo/greeting'

test('with a signer everything that the client sends proves its key', async () => {
  const { client } = await stage.signedIn({ signer: webCryptoSigner() })
  stage.baton.calls.length = 0
  await client.handOff('demo-web')
  await client.getToken()
  await client.getAccessToken('https://backend.example/')
  expect((await client.fetch(greeting)).status).toBe(200)
  expect((await client.fetch(`${greeting}?a=b`, { method: 'post', body: 'x' })).status).toBe(200)
  expect((await client.fetch(greeting, { method: 'PATCH', body: 'x' })).status).toBe(200)
  await client.signOut()
  expect(stage.baton.sessions.size).toBe(0)
  for (const { address, headers } of stage.baton.calls) {
    const proof = String(headers.dpop)
    expect(decodeProtectedHeader(proof)).toMatchObject({ typ: 'dpop+jwt', alg: 'ES256' })
    expect([address, decodeJwt(proof).nonce]).toEqual([address, 'nonce-1'])
    if (address.includes(' /api/')) expect(headers.authorization).toMatch(/^DPoP /)
  }
})

test('the key of Web Crypto cannot be read, and stays the same', async () => {
  const made: CryptoKeyPair[] = []
  const { generateKey } = crypto.subtle
  crypto.subtle.generateKey = async (...given: unknown[]) => {
    const pair = await Reflect.apply(generateKey, crypto.subtle, given)
    made.push(pair)
    return pair
  }
  try {
    const signer = webCryptoSigner()
    expect(await signer.publicJwk()).toEqual(await signer.publicJwk())
    await signer.sign(new Uint8Array(1))
  } finally {
    crypto.subtle.generateKey = generateKey
  }
  expect(made).toHaveLength(1)
  expect(made[0]?.privateKey.extractable).toBe(false)
  await expect(crypto.subtle.exportKey('jwk', made[0]?.privateKey as CryptoKey)).rejects.toThrow()
})

test('a newer nonce is put into the proof at once, wherever Baton asks for it', async () => {
  const { client, webNonce } = await stage.signedIn({ signer: webCryptoSigner() })
  const calls: [string, () => Promise<unknown>][] = [
    ['POST /api/nonce', () => client.handOff()],
    ['POST /api/token', () => client.getToken()],
    ['POST /oidc/token', () => client.getAccessToken('https://backend.example/')],
    [`GET ${greeting}`, () => client.fetch(greeting)],
    ['POST /oidc/revoke', () => client.signOut()],
  ]
  for (const [address, call] of calls) {
    stage.baton.renewNonce()
    const before = stage.baton.callsOf(address).length
    await call()
    expect([address, stage.baton.callsOf(address).length - before]).toEqual([address, 2])
  }
  expect(stage.baton.sessions.has(webNonce)).toBe(false)
})

test('what it says to Baton of another device proves the key as well', async () => {
  const { client, webNonce } = await stage.signedIn({ signer: webCryptoSigner() })
  stage.baton.answerInstead('POST /api/device', (res) => res.writeHead(204).end())
  await client.approveDevice('BCDF-GHJK', { approve: true })
  const [call] = stage.baton.callsOf('POST /api/device').slice(-1)
  expect(call?.headers.authorization).toBe(`DPoP ${webNonce}`)
  const { htm, htu } = decodeJwt(String(call?.headers.dpop))
  expect({ htm, htu }).toEqual({ htm: 'POST', htu: `${stage.baton.url}/api/device` })
})

test('it is asked for a nonce once, not without end', async () => {
  const { client } = await stage.signedIn({ signer: webCryptoSigner() })
  for (const [address, call] of [
    ['POST /api/token', () => client.getToken()],
    [`GET ${greeting}`, () => client.fetch(greeting)],
  ] as const) {
    let asked = 0
    stage.baton.answerInstead(address, (res) => {
      asked++
      const challenge = 'DPoP error="use_dpop_nonce", error_description="no"'
      json(
        res,
        401,
        { error: 'use_dpop_nonce' },
        { 'www-authenticate': challenge, 'dpop-nonce': `n${asked}` },
      )
    })
    expect(await errorOf(call())).toMatchObject({ code: 'refused', status: 401, error: 'use_dpop_nonce' })
    expect(asked).toBe(2)
  }
  expect(await client.isSignedIn()).toBe(true)
})

test('what a backend behind Baton says of proofs is its own answer', async () => {
  const { client } = await stage.signedIn({ signer: webCryptoSigner() })
  let asked = 0
  stage.baton.answerInstead(`GET ${greeting}`, (res) => {
    asked++
    json(
      res,
      401,
      {},
      {
        'www-authenticate': 'DPoP error="use_dpop_nonce"',
        'content-security-policy': "sandbox; default-src 'none'",
      },
    )
  })
  expect((await client.fetch(greeting)).status).toBe(401)
  expect(asked).toBe(1)
})

test('a stream, which goes out once, has a proof with a nonce that is good', async () => {
  const { client } = await stage.signedIn({ signer: webCryptoSigner() })
  stage.baton.renewNonce()
  const body = new Blob(['the body']).stream()
  const init = { method: 'POST', body, duplex: 'half' } as RequestInit
  const answer = await client.fetch(greeting, init)
  expect([answer.status, await answer.json()]).toMatchObject([200, { body: 'the body' }])
})

test('a session that has ended is `signed_out` for every call', async () => {
  for (const call of ['fetch', 'getToken', 'getAccessToken', 'handOff'] as const) {
    const { client } = await stage.signedIn({ signer: webCryptoSigner() })
    stage.baton.sessions.clear()
    const address = {
      fetch: greeting,
      getToken: '',
      getAccessToken: 'https://backend.example/',
      handOff: undefined,
    }
    const error = await errorOf((client[call] as (to?: string) => Promise<unknown>)(address[call]))
    expect([call, error]).toMatchObject([call, { code: 'signed_out' }])
    expect(await client.isSignedIn()).toBe(false)
  }
})

test('a web nonce whose key is gone is that of nobody', async () => {
  const storage = memoryStorage()
  await stage.signedIn({ storage, signer: webCryptoSigner() })
  const other = stage.client({ storage, signer: webCryptoSigner() })
  expect(await errorOf(other.handOff())).toMatchObject({ code: 'signed_out' })
  expect(await other.isSignedIn()).toBe(false)
})

/** A signer as of the Keystore: its signatures are in DER. */
function keystoreSigner(): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    publicJwk: () => ({ ...publicKey.export({ format: 'jwk' }), kid: 'left out' }),
    sign: (data) => createSign('SHA256').update(data).sign(privateKey),
  }
}

test('signatures of the Keystore and the Secure Enclave are turned into those of a JWT', async () => {
  const client = stage.client({ signer: keystoreSigner() })
  await signIn(client, stage.provider)
  // A number of theirs is shorter than usual once in some hundred times.
  for (let count = 0; count < 300; count++) expect((await client.fetch(greeting)).status).toBe(200)
})

test.for<[string, Uint8Array]>([
  ['nothing', new Uint8Array()],
  ['some bytes', new Uint8Array(63)],
  ['a sequence that ends too soon', new Uint8Array([0x30, 0x44, 0x02, 0x20])],
  ['a number that is too long', new Uint8Array([0x30, 37, 0x02, 35, ...new Uint8Array(35).fill(1)])],
])('%s is no signature', async ([, signature]) => {
  const signer = { ...keystoreSigner(), sign: () => signature }
  const idToken = await stage.provider.idToken()
  const error = await errorOf(stage.client({ signer }).signInWithIdToken(idToken))
  expect(error).toMatchObject({ code: 'invalid_argument' })
})

test('a key that cannot be used is an error of the storage', async () => {
  const locked = new Error('the device is locked')
  const signer = { ...keystoreSigner(), sign: () => Promise.reject(locked) }
  const idToken = await stage.provider.idToken()
  const error = await errorOf(stage.client({ signer }).signInWithIdToken(idToken))
  expect(error).toMatchObject({ code: 'storage', cause: locked })
})

test('a signer that is none is refused', () => {
  expect(() => createClient(stage.options({ signer: {} as Signer }))).toThrow(
    expect.objectContaining({ code: 'invalid_argument' }),
  )
})

test('without a signer nothing proves a key', async () => {
  stage.baton.calls.length = 0
  const { client } = await stage.signedIn()
  await client.fetch(greeting)
  for (const { headers } of stage.baton.calls) expect(headers.dpop).toBeUndefined()
  expect(await client.headersFor({ method: 'GET', url: 'https://api.example/' })).toEqual({
    authorization: `Bearer ${await client.getWebNonce()}`,
  })
})

test('an app’s own call to a resource server gets a proof for that one call', async () => {
  const { client, webNonce } = await stage.signedIn({ signer: webCryptoSigner() })
  const url = 'https://api.example/orders?page=2#top'
  const headers = await client.headersFor({ method: 'PUT', url, nonce: 'of the resource server' })
  expect(headers.authorization).toBe(`DPoP ${webNonce}`)
  expect(decodeJwt(headers.dpop ?? '')).toMatchObject({
    htm: 'PUT',
    htu: 'https://api.example/orders',
    ath: expect.stringMatching(/^[\w-]{43}$/),
    nonce: 'of the resource server',
  })
  const jwt = await client.getAccessToken('https://backend.example/')
  const withJwt = await client.headersFor({ method: 'GET', url: 'https://api.example/', token: jwt })
  expect(withJwt.authorization).toBe(`DPoP ${jwt}`)
  // The nonce of Baton is for Baton alone.
  expect(decodeJwt(withJwt.dpop ?? '')).not.toHaveProperty('nonce')
})

test.each([
  { kind: 'bearer', signer: undefined },
  { kind: 'bound', signer: webCryptoSigner() },
])('a $kind web nonce gets no headers for a URL that is not secure', async ({ signer }) => {
  const { client } = await stage.signedIn({ signer })
  for (const url of [
    '/orders',
    '//api.example/',
    'http://api.example/',
    'https://a@api.example/',
    'ftp://[::1]/',
  ])
    expect(await errorOf(client.headersFor({ method: 'GET', url }))).toMatchObject({
      code: 'invalid_argument',
    })
  for (const url of ['https://api.example/', 'http://127.0.0.1:3000/', 'http://[::1]/'])
    expect(await client.headersFor({ method: 'GET', url })).toHaveProperty('authorization')
})
