import { expect, test } from 'vitest'
import type { UpstreamProvider } from '#lib/config/upstream-provider.ts'
import type { Call } from '#lib/endpoints/endpoint.ts'
import { problemPage } from '#lib/endpoints/sign-in/problem.ts'
import type { Runtime } from '#lib/runtime.ts'
import { readableLog } from '../../support/log.ts'

test('a fault of a sign-in that nothing explains is told in one short line, without a stack', () => {
  const { log, text } = readableLog()
  const runtime = { log, config: { url: 'http://baton' } }
  const cause = Object.assign(new TypeError('x'.repeat(5_000)), { code: 'ODD' })
  const error = new Error('outer', { cause: { err: cause } })
  const call = { caller: { method: 'GET', header: () => undefined } } as unknown as Call
  const provider = { id: 'demo' } as UpstreamProvider
  const answer = problemPage({ error, provider }, '/', call, runtime as unknown as Runtime)
  expect(answer.headers?.location).toContain('error=Configuration')
  expect(text()).toContain('"reason":"xxx')
  expect(text()).not.toContain('"stack"')
  expect(text().length).toBeLessThan(2_000)
})
