import { expect } from 'vitest'
import { httpCall } from '../../support/clients/http-call.ts'
import { linesOf } from '../../support/log-lines.ts'
import { ownId } from '../../support/own-id.ts'
import { test } from '../../support/test.ts'

// What no request can do: a page that fails while it is rendered.
const fault = 'String.prototype.toLocaleUpperCase = () => { throw new Error("out of the blue") }'

test('a page that cannot be rendered is logged under the id of its answer, which says nothing of it', async ({
  host,
  person,
  startAnother,
}) => {
  const faulty = await startAnother({
    env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(fault)}` },
  })
  const headers = { host, cookie: await person.cookies() }
  const answer = await httpCall(faulty.address, '/sessions', { headers })
  expect(answer.status).toBe(500)
  expect(answer.text).not.toContain('out of the blue')
  const id = answer.headers['x-request-id']
  expect(id).toMatch(ownId)
  const logged = { level: 'error', route: '/sessions', msg: 'a page could not be rendered' }
  await expect.poll(() => linesOf(faulty, id)).toContainEqual(expect.objectContaining(logged))
})
