import { expect } from 'vitest'
import { fullConfig } from '../../support/full-config.ts'
import type { Setup } from '../../support/stage.ts'
import { perFile } from '../../support/test.ts'
import { test as base } from '../../support/test-apps.ts'

const test = base.extend('setup', perFile, {
  config: (partners) => fullConfig(partners),
  env: { WEB_CONCURRENCY: '2' },
} satisfies Setup)

const greeting = '/api/backends/demo/api/authenticated/greeting'

test('a proof of a call to a backend is taken once by all workers together', async ({ app, baton }) => {
  const { key, webNonce, call } = await app.bound()
  const nonce = (await call('/api/sessions')).headers.get('dpop-nonce') ?? ''
  const proof = await key.proof({ method: 'GET', url: baton.url + greeting, token: webNonce, nonce })
  const answers = await Promise.all(Array.from({ length: 16 }, () => call(greeting, { proof })))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 401]))
})
