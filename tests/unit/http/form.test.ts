import { expect, test } from 'vitest'
import { sendError } from '#lib/http/error-answer.ts'
import { parameters, readForm } from '#lib/http/form.ts'
import { readableLog } from '../../support/log.ts'
import { listen } from '../../support/partners.ts'

const formType = 'application/x-www-form-urlencoded'

function read(contentType: string | null | undefined, ...chunks: (string | Uint8Array)[]) {
  async function* body() {
    for (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk
  }
  return readForm(contentType, body())
}

test.each([formType, `${formType};charset=UTF-8`, `${formType} ; charset=utf-8`, formType.toUpperCase()])(
  'a form is read: %s',
  async (type) => {
    expect(await read(type, 'a=1&b=%C3%A4+%26')).toEqual({ a: '1', b: 'ä &' })
  },
)

test('a character cut between two chunks is read whole', async () => {
  const bytes = Buffer.from('a=ä')
  expect(await read(formType, bytes.subarray(0, 3), bytes.subarray(3))).toEqual({ a: 'ä' })
})

test.each([
  'application/json',
  'text/plain',
  'multipart/form-data; boundary=x',
  'application/x-www-form',
  '',
])('another media type is refused: "%s"', async (type) => {
  await expect(read(type, 'a=1')).rejects.toMatchObject({ code: 'invalid_request' })
})

test.each([null, undefined, ''])('no body at all is an empty form: %j', async (type) => {
  expect(await readForm(type, null)).toEqual({})
})

test('a body without a media type is refused', async () => {
  await expect(read(null, 'a=1')).rejects.toMatchObject({ code: 'invalid_request' })
})

test.each(['a=1&a=2', 'a=1&a=1', 'a=&a=', 'a=1&b=2&%61=3', 'a&a'])(
  'a repeated parameter is refused: %s',
  async (text) => {
    await expect(read(formType, text)).rejects.toMatchObject({ code: 'invalid_request' })
  },
)

test('a parameter without a value counts as absent', async () => {
  expect(await read(formType, 'a=&b&c=3')).toEqual({ c: '3' })
})

test('a parameter may have any name without touching what objects inherit', () => {
  const found = parameters(new URLSearchParams('__proto__=x&constructor=y'))
  expect(Object.entries(found)).toEqual([
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ])
  expect(found.toString).toBeUndefined()
})

test('64 KiB are read, one byte more is refused, in one chunk or many', async () => {
  const longest = 'a'.repeat(64 * 1024)
  expect(Object.keys(await read(formType, `${longest.slice(2)}=1`))).toHaveLength(1)
  await expect(read(formType, `${longest}a`)).rejects.toMatchObject({ code: 'payload_too_large' })
  await expect(read(formType, longest, 'a')).rejects.toMatchObject({ code: 'payload_too_large' })
})

test('a caller whose form is too large is told so, by a real server', async () => {
  const { log } = readableLog()
  const server = await listen((req, res) => {
    readForm(req.headers['content-type'], req).catch((error) => sendError(res, error, log))
  })
  try {
    const body = new URLSearchParams({ a: 'a'.repeat(200 * 1024) })
    const response = await fetch(server.url, { method: 'POST', body })
    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject({ error: 'payload_too_large' })
  } finally {
    await server.close()
  }
})
