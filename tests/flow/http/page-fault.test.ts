import { expect } from 'vitest'
import { linesOf } from '../../support/log-lines.ts'
import { ownId } from '../../support/own-id.ts'
import type { Setup } from '../../support/stage.ts'
import { test as base, perFile } from '../../support/test.ts'

// What no request can do: a page that fails while it is rendered.
const fault = 'Date.prototype.toLocaleString = () => { throw new Error("out of the blue") }'

const test = base.extend('setup', perFile, {} satisfies Setup)

test('a page that cannot be rendered is logged under the id of its answer, which says nothing of it', async ({
  stage,
  baton,
  signedIn,
  startAnother,
}) => {
  await baton.stop()
  const faulty = await startAnother({
    port: stage.publicPort,
    env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(fault)}` },
  })
  const person = await signedIn()
  const answer = await person.request('/sessions')
  expect(answer.status).toBe(500)
  expect(await answer.text()).not.toContain('out of the blue')
  const id = answer.headers.get('x-request-id')
  expect(id).toMatch(ownId)
  const logged = { level: 'error', route: '/sessions', msg: 'a page could not be rendered' }
  await expect.poll(() => linesOf(faulty, id)).toContainEqual(expect.objectContaining(logged))
})
