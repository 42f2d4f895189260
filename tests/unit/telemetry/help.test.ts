import { expect, test } from 'vitest'
import { tell } from '#lib/telemetry/tell.ts'
import { readableLog } from '../../support/log.ts'

test('a line about which somebody may want to do something says where it is explained', () => {
  const { log, text } = readableLog()
  tell(log, 'backend.down', { backend: 'orders', seconds: 5 })
  tell(log, 'sign_in.refused', { provider: 'login' })
  tell(log, 'backend.up', { backend: 'orders' })
  const lines = text()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { help?: string })
  expect(lines.map(({ help }) => help)).toEqual([
    'docs/troubleshooting.md#backend-down',
    'docs/troubleshooting.md#sign-in-refused',
    undefined,
  ])
})

test('a line of a refused request leads to its error code, a fault to server_error', () => {
  const { log, text } = readableLog()
  tell(log, 'request.refused', { code: 'csrf' })
  tell(log, 'request.failed', { err: new Error('a fault') })
  tell(log, 'request.failed', { database: '57P01' })
  expect(text().match(/docs\/troubleshooting\.md#\w+/g)).toEqual([
    'docs/troubleshooting.md#csrf',
    'docs/troubleshooting.md#server_error',
    'docs/troubleshooting.md#temporarily_unavailable',
  ])
})
