import { hkdfSync } from 'node:crypto'
import { CompactEncrypt } from 'jose'
import { expect, test } from 'vitest'
import { open, openAny, type Secrets, seal } from '#lib/crypto/seal.ts'

const secret = 'a secret of the tests that is long enough'
const secrets: Secrets = [secret]
const value = { accessToken: 'at-1', expiresAt: 1, nested: ['ä', null, true] }

test('what was sealed opens in its context by its secret', async () => {
  expect(await open(await seal(value, 'row 1', secrets), 'row 1', secrets)).toEqual(value)
})

test.each([
  ['another context', 'row 2', secret],
  ['no context', '', secret],
  ['a context that only begins alike', 'row 1 ', secret],
  ['another secret', 'row 1', `${secret}!`],
  ['no secret', 'row 1', ''],
])('it does not open with %s', async (_, context, key) => {
  expect(await open(await seal(value, 'row 1', secrets), context, [key])).toBeUndefined()
})

test('context and secret do not run into one another', async () => {
  expect(await open(await seal(value, 'row', ['1 secret']), 'row 1', ['secret'])).toBeUndefined()
})

test('the same value is sealed into other characters each time', async () => {
  const sealed = await Promise.all(Array.from({ length: 50 }, () => seal(value, 'row 1', secrets)))
  expect(new Set(sealed).size).toBe(50)
})

test('nothing of it can be read without opening it', async () => {
  const parts = (await seal(value, 'row 1', secrets)).split('.')
  const readable = parts.map((part) => Buffer.from(part, 'base64url').toString('latin1')).join()
  expect(readable).not.toContain('at-1')
  expect(readable).not.toContain('accessToken')
})

test('a change of any one of its parts keeps it from opening', async () => {
  const parts = (await seal(value, 'row 1', secrets)).split('.')
  expect(parts).toHaveLength(5)
  for (const index of parts.keys()) {
    const bytes = Buffer.from(parts[index] ?? '', 'base64url')
    const changed =
      bytes.length === 0
        ? 'AA'
        : Buffer.from(bytes.map((byte, at) => (at === 0 ? byte ^ 1 : byte))).toString('base64url')
    expect(
      await open(parts.with(index, changed).join('.'), 'row 1', secrets),
      `part ${index}`,
    ).toBeUndefined()
  }
})

test.each(['', 'x', '....', 'a.b.c.d.e', '{}', 'null'])(
  'what was never sealed does not open, nor throws: %j',
  async (text) => {
    expect(await open(text, 'row 1', secrets)).toBeUndefined()
  },
)

test('another content encryption does not open, were its key the right one', async () => {
  const key = new Uint8Array(hkdfSync('sha256', secret, '', 'baton row 1', 32))
  const sealedBy = (enc: string) =>
    new CompactEncrypt(Buffer.from('{}')).setProtectedHeader({ alg: 'dir', enc }).encrypt(key)
  expect(await open(await sealedBy('A256GCM'), 'row 1', secrets)).toEqual({})
  expect(await open(await sealedBy('A128CBC-HS256'), 'row 1', secrets)).toBeUndefined()
})

test('of several secrets the first seals and each opens, and the result says which', async () => {
  const [older, newer]: [Secrets, Secrets] = [['the older one'], ['the newer one', 'the older one']]
  expect(await openAny(await seal(value, 'row 1', older), 'row 1', newer)).toEqual({
    value,
    isCurrent: false,
  })
  const sealed = await seal(value, 'row 1', newer)
  expect(await openAny(sealed, 'row 1', newer)).toEqual({ value, isCurrent: true })
  expect(await openAny(sealed, 'row 1', older)).toBeUndefined()
})
