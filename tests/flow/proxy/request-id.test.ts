import { expect } from 'vitest'
import { linesOf } from '../../support/log-lines.ts'
import { ownId } from '../../support/own-id.ts'
import { echo, type Seen, test } from '../../support/test-proxy.ts'

test.for([
  ['nothing', echo, {}],
  ['an id', echo, { 'x-request-id': 'of-the-caller' }],
  ['two ids', echo, { 'x-request-id': ['of-the-caller', 'another'] }],
  [
    'an id to a backend that asks for it',
    echo.replace('demo', 'asking'),
    { 'x-request-id': 'of-the-caller' },
  ],
  ['a Connection header that names it', echo, { connection: 'close, x-request-id' }],
] as const)(
  'backend and caller get one new id, when the caller sends %s',
  async ([, path, headers], { proxy }) => {
    const answer = await proxy.call(path, { headers: headers as Record<string, string> })
    const id = answer.headers['x-request-id']
    expect(id).toMatch(ownId)
    expect(answer.json<Seen>().headers['x-request-id']).toBe(id)
  },
)

test("a backend's own id does not come back", async ({ proxy }) => {
  const answer = await proxy.call(`${echo}?header=X-Request-Id:of-the-backend`)
  const ids = answer.rawHeaders.filter((_, index) =>
    /^x-request-id$/i.test(answer.rawHeaders[index - 1] ?? ''),
  )
  expect(ids).toEqual([expect.stringMatching(ownId)])
})

test('a call that fails has an id, and its line in the log has the same', async ({ proxy, baton }) => {
  const answer = await proxy.call('/absent/x')
  expect(answer.status).toBe(502)
  const id = answer.headers['x-request-id']
  expect(id).toMatch(ownId)
  await expect.poll(() => linesOf(baton, id)).toMatchObject([{ code: 'bad_gateway' }])
})

test.for(['/nobody/x', '/demo/x%00'])('a refusal of the proxy has an id (%s)', async (path, { proxy }) => {
  const answer = await proxy.call(path)
  expect(answer.status).toBeGreaterThanOrEqual(400)
  expect(answer.headers['x-request-id']).toMatch(ownId)
})
