import { readFileSync } from 'node:fs'
import { anyDevice, expect, test } from '../support/browser-test.ts'

const origin = 'http://localhost:4009'

// The package as it is built, in a page of an app.
const look = `(async () => {
  const { webCryptoSigner } = await import('/web-crypto-signer.js')
  const signers = [webCryptoSigner(), webCryptoSigner(), webCryptoSigner({ name: 'another' })]
  const keys = await Promise.all(signers.map(async (signer) => (await signer.publicJwk()).x))
  const signature = await signers[0].sign(new Uint8Array([1, 2, 3]))
  const answerOf = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
  const database = await answerOf(indexedDB.open('baton', 1))
  const pair = await answerOf(database.transaction('keys').objectStore('keys').get('baton'))
  const verified = await crypto.subtle.verify(
    { name: 'ECDSA', hash: 'SHA-256' }, pair.publicKey, signature, new Uint8Array([1, 2, 3]),
  )
  const read = await crypto.subtle.exportKey('jwk', pair.privateKey).then(() => 'read', (error) => error.name)
  database.close()
  return { keys, verified, read }
})()`

type Looked = { keys: string[]; verified: boolean; read: string }

test(
  'the key of an app outlives its page, all pages have the same, and no script reads it',
  anyDevice,
  async ({ newPage }) => {
    const page = await newPage()
    await page.context().route(`${origin}/**`, (route) => {
      const { pathname } = new URL(route.request().url())
      return pathname === '/'
        ? route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>An app</title>' })
        : route.fulfill({
            contentType: 'text/javascript',
            body: readFileSync(`packages/client/dist${pathname}`, 'utf8'),
          })
    })
    const second = await page.context().newPage()
    await Promise.all([page.goto(origin), second.goto(origin)])
    const looks = await Promise.all([page, second].map((one) => one.evaluate<Looked>(look)))
    await page.reload()
    looks.push(await page.evaluate<Looked>(look))
    const [first] = looks
    expect(first?.keys[0]).toMatch(/^[\w-]{43}$/)
    expect(first?.keys[1]).toBe(first?.keys[0])
    expect(first?.keys[2]).not.toBe(first?.keys[0])
    for (const { keys, verified, read } of looks) {
      expect(keys).toEqual(first?.keys)
      expect({ verified, read }).toEqual({ verified: true, read: 'InvalidAccessError' })
    }
  },
)
