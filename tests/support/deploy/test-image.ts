import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { authSecret } from '../baton.ts'
import { emptyPostgres } from '../databases.ts'
import { freePort } from '../free-port.ts'
import { startPartners } from '../partners.ts'
import { newPerson } from '../person.ts'
import { test as base, perFile } from '../test.ts'
import { type Container, runInContainer, startContainer } from './container.ts'
import { buildImage } from './image.ts'

/** Tests with the image, which is built once, on an empty PostgreSQL and with the demo's partners. */
export const test = base
  .extend('image', { scope: 'worker' }, async ({ sharedSetup: _ }, { onCleanup }) => {
    const image = await buildImage()
    onCleanup(image.close)
    return image
  })
  .extend('port', perFile, () => freePort())
  .extend('url', perFile, ({ port }) => `http://localhost:${port}`)
  .extend('demo', perFile, ({ port, closing }) => closing(startPartners({ batonPort: port })))
  .extend('databaseUrl', perFile, () => emptyPostgres())
  /** Writes the configuration file, which the containers see at its place. */
  .extend('configuration', perFile, async ({ demo, closing }) => {
    const folder = await mkdtemp(join(tmpdir(), 'baton-etc-'))
    closing({ close: () => rm(folder, { recursive: true, force: true }) })
    await chmod(folder, 0o755)
    const write = (content: object) => writeFile(join(folder, 'baton.config.json'), JSON.stringify(content))
    await write(demo.config())
    return { folder, write }
  })
  /** How every container of a test is run. */
  .extend('options', perFile, ({ configuration, url, port, databaseUrl }) => ({
    configFolder: configuration.folder,
    env: {
      BATON_URL: url,
      HOST: '127.0.0.1',
      PORT: String(port),
      AUTH_SECRET: authSecret,
      DATABASE_URL: databaseUrl,
      DRAIN_SECONDS: '1',
    } as Record<string, string>,
  }))
  /** Starts a container and waits until Baton is ready in it. */
  .extend('startBaton', perFile, ({ image, options, url, closing }) => async (env = {}) => {
    const container = startContainer(image, { ...options, env: { ...options.env, ...env } })
    closing({ close: container.stop })
    await untilReady(container, url)
    return container
  })
  /** Runs a command in a container of its own, as an operator does. */
  .extend(
    'runInImage',
    perFile,
    ({ image, options }) =>
      (...command: string[]) =>
        runInContainer(image, options, command),
  )
  .extend(
    'browser',
    perFile,
    ({ url }) =>
      () =>
        newPerson(url),
  )

async function untilReady(container: Container, url: string): Promise<void> {
  while (!(await isReady(url))) {
    if (container.process.exitCode !== null) throw new Error(`Baton did not start:\n${container.log()}`)
    await sleep(50)
  }
}

function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/api/ready`).then(
    ({ ok }) => ok,
    () => false,
  )
}
