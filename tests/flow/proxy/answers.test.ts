import { expect } from 'vitest'
import { listen } from '../../support/partners.ts'
import { portOf, served } from '../../support/proxied-backends.ts'
import { perFile } from '../../support/test.ts'
import { test as base, echo } from '../../support/test-proxy.ts'

const content = 'abcdefghijklmnopqrstuvwxyz'

let visits = 0

const test = base
  .extend('elsewhere', perFile, ({ closing }) =>
    closing(
      listen((_, response) => {
        visits += 1
        response.end()
      }),
    ),
  )
  .extend('files', served, ({ closing }) =>
    closing(
      listen((request, response) => {
        if (request.headers['if-none-match'] === '"v1"')
          return response.writeHead(304, { etag: '"v1"' }).end()
        const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
        if (from === undefined) return response.writeHead(200, { etag: '"v1"' }).end(content)
        response.writeHead(206, { 'content-range': `bytes ${from}-${to}/${content.length}` })
        response.end(content.slice(Number(from), Number(to) + 1))
      }, portOf('files')),
    ),
  )

test.for([200, 201, 202, 203, 207, 299, 400, 401, 403, 404, 405, 409, 418, 422, 429, 500, 502, 503, 599])(
  'status %i and its body come back as the backend gave them',
  async (status, { proxy }) => {
    const answer = await proxy.call(`${echo}/x?status=${status}`)
    expect(answer.status).toBe(status)
    expect(answer.json()).toMatchObject({ url: `/api/authenticated/echo/x?status=${status}` })
  },
)

test("a backend's own 401 keeps its challenge, which is about the backend's token", async ({ proxy }) => {
  const challenge = 'Bearer realm="backend", error="insufficient_scope"'
  const query = new URLSearchParams({ status: '401', header: `WWW-Authenticate:${challenge}` })
  expect((await proxy.call(`${echo}?${query}`)).headers['www-authenticate']).toBe(challenge)
})

test.for([204, 304])('status %i comes back without a body', async (status, { proxy }) => {
  const answer = await proxy.call(`${echo}?status=${status}`)
  expect(answer.status).toBe(status)
  expect(answer.body).toHaveLength(0)
})

test.for([301, 302, 303, 307, 308])(
  'a redirect (%i) is passed on and not followed',
  async (status, { elsewhere, proxy }) => {
    const query = new URLSearchParams({ status: String(status), header: `Location:${elsewhere.url}/landing` })
    const answer = await proxy.call(`${echo}?${query}`)
    expect(answer.status).toBe(status)
    expect(answer.headers.location).toBe(`${elsewhere.url}/landing`)
    expect(visits).toBe(0)
  },
)

test('a range is answered with that part alone', async ({ proxy }) => {
  const answer = await proxy.call('/files/alphabet', { headers: { range: 'bytes=2-5' } })
  expect(answer.status).toBe(206)
  expect(answer.headers['content-range']).toBe('bytes 2-5/26')
  expect(answer.text).toBe('cdef')
})

test('what the browser has already is not sent again', async ({ proxy }) => {
  const first = await proxy.call('/files/alphabet')
  expect([first.status, first.text]).toEqual([200, content])
  const again = await proxy.call('/files/alphabet', { headers: { 'if-none-match': first.headers.etag } })
  expect([again.status, again.text]).toEqual([304, ''])
  expect(again.headers.etag).toBe('"v1"')
})
