import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { expect } from 'vitest'
import { httpCall } from '../../support/clients/http-call.ts'
import { expectRefusal } from '../../support/clients/refusal.ts'
import { test as base, perFile } from '../../support/test.ts'

const test = base
  /** The largest script of the home page, as a browser loads it. */
  .extend('script', perFile, async ({ baton }) => {
    const page = await (await fetch(baton.url)).text()
    const scripts = [...page.matchAll(/src="(\/_next\/static\/[^"]+\.js)"/g)].map(([, path = '']) => path)
    const sizes = await Promise.all(
      scripts.map(async (path) => (await (await fetch(baton.url + path)).arrayBuffer()).byteLength),
    )
    return scripts[sizes.indexOf(Math.max(...sizes))] ?? ''
  })
  .extend(
    'load',
    perFile,
    ({ baton, script }) =>
      (headers: Record<string, string> = {}, method = 'GET') =>
        httpCall(baton.url, script, { method, headers }),
  )

const decoders = { br: brotliDecompressSync, gzip: gunzipSync }

test.for([
  ['br', 'gzip, deflate, br, zstd'],
  ['gzip', 'gzip, deflate'],
  ['br', '*'],
  ['gzip', 'br;q=0.5, gzip'],
  ['gzip', 'br;q=0, gzip'],
] as const)(
  'a script comes as %s to who accepts %s, and is the same script',
  async ([encoding, accepted], { load }) => {
    const [plain, encoded] = [await load(), await load({ 'accept-encoding': accepted })]
    expect(encoded.status).toBe(200)
    expect(encoded.headers).toMatchObject({
      'content-encoding': encoding,
      'content-length': String(encoded.body.byteLength),
      'content-type': 'application/javascript; charset=UTF-8',
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'Accept-Encoding',
    })
    expect(encoded.body.byteLength).toBeLessThan(plain.body.byteLength / 2)
    expect(decoders[encoding](encoded.body).equals(plain.body)).toBe(true)
  },
)

test.for([undefined, '', 'identity', 'zstd', 'br;q=0', 'nonsense'])(
  'a script comes as it is to who accepts %j',
  async (accepted, { load }) => {
    const answer = await load(accepted === undefined ? {} : { 'accept-encoding': accepted })
    expect(answer.status).toBe(200)
    expect(answer.headers['content-encoding']).toBeUndefined()
    // A cache in between must not hand it to others for theirs.
    expect(answer.headers.vary).toBe('Accept-Encoding')
  },
)

test('a script that a browser has is not sent again, and HEAD has no body', async ({ load }) => {
  const accepted = { 'accept-encoding': 'br' }
  const { headers, body } = await load(accepted)
  const known = await load({ ...accepted, 'if-none-match': String(headers.etag) })
  expect([known.status, known.body.byteLength]).toEqual([304, 0])
  const head = await load(accepted, 'HEAD')
  expect([head.status, head.body.byteLength]).toEqual([200, 0])
  expect(head.headers['content-length']).toBe(String(body.byteLength))
})

test('what lies beside a script has no address of its own', async ({ baton, script }) => {
  for (const ending of ['.br', '.gz']) expect((await httpCall(baton.url, script + ending)).status).toBe(404)
})

test('a file that is not there is an error as at other addresses', async ({ baton }) => {
  for (const name of ['chunks/nothing.js', 'nothing', 'chunks', '']) {
    const path = `/_next/static/${name}`
    await expectRefusal(await fetch(baton.url + path), 404, 'not_found')
    const page = await fetch(baton.url + path, { headers: { accept: 'text/html' } })
    expect([page.status, page.headers.get('cache-control')]).toEqual([404, 'no-store'])
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
  }
})

test.for<[number, string, string]>([
  [206, 'range', 'bytes=0-9'],
  [416, 'range', 'bytes=99999999-'],
  [412, 'if-match', '"another"'],
  [412, 'if-unmodified-since', 'Thu, 01 Jan 1970 00:00:01 GMT'],
])('a script is answered by %i for the header %s: %s', async ([status, name, value], { load, baton }) => {
  const before = baton.log().length
  const answer = await load({ 'accept-encoding': 'br', [name]: value })
  expect(answer.status).toBe(status)
  expect(answer.body.byteLength).toBe(status === 206 ? 10 : 0)
  if (status > 206) expect(answer.headers['content-encoding']).toBeUndefined()
  // Other files of this worker have the same Baton.
  expect(baton.log().slice(before)).not.toContain('request.failed')
})
