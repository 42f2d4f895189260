import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { authSecret, startBaton } from '../../support/baton.ts'
import { emptyDataDir } from '../../support/databases.ts'
import { freePort } from '../../support/free-port.ts'
import { refusedStart } from '../../support/refused-start.ts'

test('the data folder of the embedded database is refused to a second process, which says so in one plain sentence', async () => {
  const { dataDir, remove } = await emptyDataDir()
  const first = await startBaton({ config: {}, database: { dataDir } })
  const env = await environment(dataDir)
  const { exitCode, output } = await refusedStart(env)
  expect(exitCode).toBe(1)
  expect(output).toBe(
    `Baton cannot start.\nthe data folder ${dataDir} is in use by another Baton process (process ${first.process.pid})\n`,
  )
  expect((await fetch(`${first.address}/api/ready`)).status).toBe(200)
  await first.stop()
  await remove()
})

test('the data folder of the embedded database is taken over from a process that was killed, whatever its lock says', async () => {
  const { dataDir, remove } = await emptyDataDir()
  const first = await startBaton({ config: {}, database: { dataDir } })
  await first.kill()
  expect(await readFile(join(dataDir, 'lock.pid'), 'utf8')).toBe(String(first.process.pid))
  // A process id that lives again, as another program's.
  await writeFile(join(dataDir, 'lock.pid'), String(process.pid))
  const second = await startBaton({ config: {}, database: { dataDir } })
  expect((await fetch(`${second.address}/api/ready`)).status).toBe(200)
  expect(await second.stop()).toBe(0)
  await remove()
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
