import { spawn } from 'node:child_process'
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect } from 'vitest'
import { helpOnStart } from '#lib/telemetry/help.ts'
import { authSecret } from '../../support/baton.ts'
import { emptyPostgres } from '../../support/databases.ts'
import { freePort } from '../../support/free-port.ts'
import { listen } from '../../support/partners.ts'
import { refusedStart } from '../../support/refused-start.ts'
import { test as base, perFile } from '../../support/test.ts'

const test = base
  .extend('folder', perFile, async ({ closing }) => {
    const folder = await mkdtemp(join(tmpdir(), 'baton-start-'))
    closing({ close: () => rm(folder, { recursive: true, force: true }) })
    return folder
  })
  /** Writes a configuration file and gives its path. */
  .extend('written', ({ folder }) => async (content: object): Promise<string> => {
    const path = join(folder, 'baton.config.json')
    await writeFile(path, JSON.stringify(content))
    return path
  })
  .extend('goodEnvironment', async ({ written }) => ({
    BATON_URL: 'http://localhost:3000',
    HOST: '127.0.0.1',
    AUTH_SECRET: authSecret,
    BATON_CONFIG: await written({}),
  }))

test('without a build it says what to run, before it reads or touches anything', async ({ folder }) => {
  const unbuilt = join(folder, 'unbuilt')
  for (const file of ['server.ts', 'lib/config/production.ts', 'lib/telemetry/help.ts'])
    await cp(file, join(unbuilt, file))
  const child = spawn(process.execPath, ['server.ts', '--production'], {
    cwd: unbuilt,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH, NODE_ENV: 'test' },
  })
  const output = await text(child.stderr)
  expect(output).toBe(
    'Baton cannot start.\nIt has not been built yet: run `npm run build`, then start again.\n' +
      `${helpOnStart}\n`,
  )
  await expect.poll(() => child.exitCode).toBe(1)
  expect(await readdir(unbuilt)).toEqual(['lib', 'server.ts'])
})

test('every fault of environment and file is named at once, and the exit code is 1', async ({ written }) => {
  const path = await written({
    providers: [{ id: 'demo', type: 'oidc', clientId: 'baton' }],
    backends: [{ name: 'demo', url: 'ftp://backend', token: 'provider', providers: ['nobody'] }],
    handoff: { nonceTtl: 121, confirm: 'sometimes' },
    trustedIssuers: [{ issuer: 'https://idp.example', clients: ['app'], algorithms: ['none'] }],
    colour: 'red',
  })
  const { exitCode, output } = await refusedStart({
    BATON_URL: 'http://baton.example',
    AUTH_SECRET: 'short and sweet',
    PORT: '0',
    DATABASE_URL: 'mysql://root:hunter2@db',
    BATON_CONFIG: path,
  })
  expect(exitCode).toBe(1)
  const [first, second, ...rest] = output.trimEnd().split('\n')
  const faults = rest.slice(0, -1)
  expect(rest.at(-1)).toBe(helpOnStart)
  expect(first).toBe('Baton cannot start.')
  expect(second).toBe(`The configuration has ${faults.length} faults.`)
  for (const place of [
    'BATON_URL: ',
    'AUTH_SECRET: ',
    'PORT: ',
    'DATABASE_URL: ',
    `${path}: providers[0].issuer: `,
    `${path}: backends[0].url: `,
    `${path}: handoff.nonceTtl: `,
    `${path}: handoff.confirm: `,
    `${path}: trustedIssuers[0].algorithms[0]: `,
    `${path}: the file: `,
  ])
    expect(faults.join('\n')).toContain(`  - ${place}`)
  // What was set may be a secret.
  expect(output).not.toMatch(/short and sweet|hunter2|at .*\.ts:\d+/)
})

test('a missing secret, public address and file are named, and no default stands in for them', async ({
  folder,
}) => {
  const { exitCode, output } = await refusedStart({ BATON_CONFIG: join(folder, 'missing.json') })
  expect(exitCode).toBe(1)
  for (const place of ['AUTH_SECRET: ', 'BATON_URL: ', `${join(folder, 'missing.json')}: `])
    expect(output).toContain(`  - ${place}`)
})

test('an environment variable that the file names and that is not set is a fault', async ({ written }) => {
  const path = await written({
    providers: [{ id: 'a', type: 'oidc', clientId: ['$', '{NOT_SET_AT_ALL}'].join('') }],
  })
  const { exitCode, output } = await refusedStart({ BATON_CONFIG: path })
  expect(exitCode).toBe(1)
  expect(output).toContain('NOT_SET_AT_ALL')
})

test('a port that is taken is said in a plain sentence, with exit code 1', async ({ goodEnvironment }) => {
  const other = await listen(() => {})
  const { port } = new URL(other.url)
  const { exitCode, output } = await refusedStart({
    ...goodEnvironment,
    PORT: port,
    DATABASE_URL: await emptyPostgres(),
  })
  expect(exitCode).toBe(1)
  expect(output).toMatch(new RegExp(`^Baton cannot start\\.\\n[^\\n]*${port}[^\\n]*\\n${helpOnStart}\\n$`))
  expect(output).not.toContain('EADDRINUSE')
  await other.close()
})

test('a port for metrics that is taken is said in a plain sentence, with exit code 1', async ({
  goodEnvironment,
}) => {
  const other = await listen(() => {})
  const { port } = new URL(other.url)
  const { exitCode, output } = await refusedStart({
    ...goodEnvironment,
    PORT: String(await freePort()),
    METRICS_PORT: port,
    DATABASE_URL: await emptyPostgres(),
  })
  expect(exitCode).toBe(1)
  const why = `Another program listens on port ${port}: end it, or set METRICS_PORT to another one.`
  expect(output).toBe(`Baton cannot start.\n${why}\n${helpOnStart}\n`)
  await other.close()
})

test('a database that cannot be reached is said in a plain sentence, with exit code 1', async ({
  goodEnvironment,
}) => {
  const { exitCode, output, log } = await refusedStart({
    ...goodEnvironment,
    LOG_LEVEL: 'info',
    PORT: String(await freePort()),
    DATABASE_URL: `postgresql://baton:hunter2@127.0.0.1:${await freePort()}/baton`,
  })
  expect(exitCode).toBe(1)
  expect(output).toMatch(/^Baton cannot start\.\n[^\n]*[dD]atabase[^\n]*\nSee [^\n]*\n$/)
  expect(output).not.toContain('hunter2')
  // Who collects the log alone learns it too, on its last line.
  expect(JSON.parse(log.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
    level: 'fatal',
    event: 'server.refused',
    reason: output.split('\n')[1],
    help: 'docs/troubleshooting.md#baton-cannot-start',
  })
  expect(log).not.toContain('hunter2')
})
