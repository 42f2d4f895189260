import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { helpOnStart } from '#lib/telemetry/help.ts'
import { authSecret } from '../../support/baton.ts'
import { freePort } from '../../support/free-port.ts'
import { refusedStart } from '../../support/refused-start.ts'
import type { Setup } from '../../support/stage.ts'
import { test as base, perFile } from '../../support/test.ts'

const test = base.extend('setup', perFile, { database: 'PGlite', config: () => ({}) } satisfies Setup)

test('a second process on the embedded database is refused in one plain sentence', async ({
  baton,
  stage: { dataDir },
}) => {
  const { exitCode, output } = await refusedStart(await environment(dataDir))
  expect(exitCode).toBe(1)
  const owner = `another Baton process (process ${baton.process.pid})`
  expect(output).toBe(
    `Baton cannot start.\nthe data folder ${dataDir} is in use by ${owner}\n${helpOnStart}\n`,
  )
  expect((await fetch(`${baton.address}/api/ready`)).status).toBe(200)
})

test('the data folder is taken over from a process that was killed, whatever its lock says', async ({
  baton,
  stage: { dataDir },
  startAnother,
}) => {
  await baton.kill()
  expect(await readFile(join(dataDir, 'lock.pid'), 'utf8')).toBe(String(baton.process.pid))
  // A process id that lives again, as another program's.
  await writeFile(join(dataDir, 'lock.pid'), String(process.pid))
  const second = await startAnother()
  expect((await fetch(`${second.address}/api/ready`)).status).toBe(200)
  expect(await second.stop()).toBe(0)
})

async function environment(dataDir: string): Promise<Record<string, string>> {
  const folder = join(dataDir, 'elsewhere')
  await mkdir(folder)
  const config = join(folder, 'baton.config.json')
  await writeFile(config, '{}')
  const port = String(await freePort())
  return {
    BATON_URL: `http://localhost:${port}`,
    PORT: port,
    AUTH_SECRET: authSecret,
    BATON_CONFIG: config,
    BATON_DATA_DIR: dataDir,
  }
}
