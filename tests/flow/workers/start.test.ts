import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { authSecret } from '../../support/baton.ts'
import { migratedPostgres } from '../../support/databases.ts'
import { freePort } from '../../support/free-port.ts'
import { refusedStart } from '../../support/refused-start.ts'
import { test as base } from '../../support/test.ts'

const test = base.extend('started', async ({ sharedSetup: _ }, { onCleanup }) => {
  const folder = await mkdtemp(join(tmpdir(), 'baton-workers-'))
  onCleanup(() => rm(folder, { recursive: true }))
  const path = join(folder, 'baton.config.json')
  await writeFile(path, '{}')
  return async (env: Record<string, string>) => {
    const port = env.PORT ?? String(await freePort())
    return refusedStart({
      BATON_URL: `http://localhost:${port}`,
      HOST: '127.0.0.1',
      PORT: port,
      AUTH_SECRET: authSecret,
      BATON_CONFIG: path,
      BATON_DATA_DIR: join(folder, 'data'),
      WEB_CONCURRENCY: '2',
      LOG_LEVEL: 'info',
      ...env,
    })
  }
})

const times = (text: string, part: string) => text.split(part).length - 1

test.for([
  [{}, 'WEB_CONCURRENCY: several workers need PostgreSQL'],
  [{ WEB_CONCURRENCY: '65' }, 'WEB_CONCURRENCY: '],
  [{ WEB_CONCURRENCY: '0' }, 'WEB_CONCURRENCY: '],
  [
    { NODE_ENV: 'development', DATABASE_URL: 'postgresql://127.0.0.1:9/baton' },
    'WEB_CONCURRENCY: there is one process in development',
  ],
] as const)('no worker starts with %j', async ([env, fault], { started }) => {
  const { exitCode, output, log } = await started(env)
  expect(exitCode).toBe(1)
  expect(times(output, 'Baton cannot start.')).toBe(1)
  expect(output).toContain(`  - ${fault}`)
  expect(log).toBe('')
})

test('a first worker that cannot start says why, once, and its exit code is that of the whole', async ({
  started,
}) => {
  const url = new URL(await migratedPostgres())
  url.pathname = '/nowhere'
  const { exitCode, output, log } = await started({ DATABASE_URL: url.href })
  expect(exitCode).toBe(1)
  expect(times(output, 'Baton cannot start.\nThere is no database nowhere')).toBe(1)
  expect(times(output, 'Baton cannot start.')).toBe(1)
  expect(times(log, '"server.refused"')).toBe(1)
  expect(log).not.toContain('worker.died')
})

test.for(['PORT', 'METRICS_PORT'])('a taken %s is told once', async (variable, { started }) => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const port = String((server.address() as AddressInfo).port)
  const { exitCode, output } = await started({ DATABASE_URL: await migratedPostgres(), [variable]: port })
  server.close()
  expect(exitCode).toBe(1)
  const sentence = `Another program listens on port ${port}: end it, or set ${variable} to another one.`
  expect(output).toBe(`Baton cannot start.\n${sentence}\nSee docs/troubleshooting.md#baton-cannot-start\n`)
})
