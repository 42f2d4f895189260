import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, createServer as createTlsServer } from 'node:tls'
import { expect } from 'vitest'
import { randomToken } from '#lib/crypto/random-token.ts'
import { lockDataFolder } from '#lib/db/data-folder-lock.ts'
import { openDatabase } from '#lib/db/open.ts'
import { findStoredSigningKeys } from '#lib/db/signing-keys.ts'
import type { Finding } from '#lib/operations/finding.ts'
import { doorTls, presharedKey, throughDoor } from '#lib/operations/through-door.ts'
import { authSecret } from '../../support/baton.ts'
import { runBaton } from '../../support/run-baton.ts'
import { test as base, perFile } from '../../support/test.ts'
import { commandTest } from '../../support/test-commands.ts'

const held = base
  /** A data folder whose database this process holds, and opens no door to. */
  .extend('holder', perFile, async ({ closing }) => {
    const folder = await mkdtemp(join(tmpdir(), 'baton-door-'))
    closing({ close: () => rm(folder, { recursive: true, force: true }) })
    const dataDir = join(folder, 'data')
    const unlock = lockDataFolder(dataDir)
    await mkdir(join(dataDir, 'database'))
    await writeFile(join(dataDir, 'database', 'PG_VERSION'), '18')
    return { folder, dataDir, unlock }
  })
  .extend('environment', perFile, async ({ holder: { folder, dataDir } }) => {
    await writeFile(join(folder, 'baton.config.json'), '{}')
    return {
      BATON_URL: 'https://baton.example.org',
      AUTH_SECRET: authSecret,
      BATON_CONFIG: join(folder, 'baton.config.json'),
      BATON_DATA_DIR: dataDir,
    }
  })
  /** Leaves the key of a killed Baton there, whose port another program has. */
  .extend(
    'stalePort',
    perFile,
    ({ holder: { dataDir }, closing }) =>
      async (server: Server): Promise<string> => {
        server.listen(0, '127.0.0.1')
        await once(server, 'listening')
        closing({ close: () => server.close() })
        const { port } = server.address() as AddressInfo
        const secret = randomToken()
        await writeFile(join(dataDir, 'operator.json'), JSON.stringify({ port, secret }))
        return secret
      },
  )

held(
  'a program that does not answer is told with the holder, and the check goes on',
  async ({ stalePort, environment, holder }) => {
    await stalePort(createServer(() => {}))
    const words = `Baton (process ${process.pid}) holds the database in ${holder.dataDir} and does not answer`
    const { exitCode, stdout } = await runBaton(['check', '--json'], environment)
    const { checks } = JSON.parse(stdout) as { checks: Finding[] }
    expect([exitCode, checks.filter(({ status }) => status === 'fault')]).toEqual([
      1,
      [expect.objectContaining({ name: 'database', message: expect.stringContaining(words) })],
    ])
    expect(checks.map(({ name }) => name)).toContain('configuration')
    const people = await runBaton(['people'], environment)
    expect([people.exitCode, people.stdout]).toEqual([1, ''])
    expect(people.stderr).toContain(words)
  },
)

held(
  'a program that has the port of a killed Baton is not believed, and hears no secret',
  async ({ stalePort, environment, holder: { folder } }) => {
    const victim = join(folder, 'victim')
    await mkdir(victim)
    const answers = [`{"text":${JSON.stringify(victim)}}`, '{"exitCode":0}', ''].join('\n')
    const heard: string[] = []
    const http = createServer((socket) => {
      socket.on('error', () => {}).on('data', (piece) => heard.push(String(piece)))
      socket.end(`HTTP/1.1 204 No Content\r\n\r\n${answers}`)
    })
    const tls = createTlsServer({ ...doorTls, pskCallback: () => presharedKey({ secret: randomToken() }) })
    tls.on('secureConnection', (socket) => {
      heard.push('a command')
      socket.end(answers)
    })
    for (const stranger of [http, tls]) {
      const secret = await stalePort(stranger)
      for (const args of [
        ['backup', join(folder, 'b.tgz')],
        ['sessions', 'end', '--all', '--yes'],
      ]) {
        const { exitCode, stdout, stderr } = await runBaton(args, environment)
        expect([exitCode, stdout]).toEqual([1, ''])
        expect(stderr).toContain('does not answer')
      }
      expect(heard.join()).not.toContain(secret)
    }
    expect(heard).not.toContain('a command')
    expect(existsSync(victim)).toBe(true)
    expect(existsSync(join(folder, 'b.tgz'))).toBe(false)
  },
)

held('a key is ignored when nobody holds the database', async ({ stalePort, environment, holder }) => {
  let callers = 0
  await stalePort(
    createServer((socket) => {
      callers++
      socket.destroy()
    }),
  )
  holder.unlock()
  await rm(join(holder.dataDir, 'database'), { recursive: true })
  const { stderr } = await runBaton(['people'], environment)
  expect([stderr, callers]).toEqual([expect.stringContaining('There is no database in'), 0])
})

const test = commandTest('PGlite')

test('only who knows the secret in the data folder gets in by the door', async ({ baton: _, stage }) => {
  const path = join(stage.dataDir, 'operator.json')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  const { port, secret } = JSON.parse(await readFile(path, 'utf8')) as { port: number; secret: string }
  const knock = async (secret: string) => {
    const pskCallback = () => ({ psk: presharedKey({ secret }), identity: 'operator' })
    const socket = connect({ ...doorTls, port, pskCallback, checkServerIdentity: () => undefined })
    try {
      await once(socket, 'secureConnect')
      return 'open'
    } catch {
      return 'closed'
    } finally {
      socket.destroy()
    }
  }
  expect(await knock(secret)).toBe('open')
  for (const wrong of [randomToken(), secret.toUpperCase(), '']) expect(await knock(wrong)).toBe('closed')
  const http = await fetch(`http://127.0.0.1:${port}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}` },
    body: '["people"]',
  }).catch(() => undefined)
  expect(http).toBeUndefined()
})

test('a text with any character comes through the door whole', async ({ command }) => {
  const { exitCode, stderr } = await command('sessions', 'end', '--client', 'a\u2028b\u2029\nc')
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('no client "a\u2028b\u2029\nc"')])
})

test('a Baton that hangs is named, and one that goes on again takes commands', async ({ baton, command }) => {
  baton.process.kill('SIGSTOP')
  const hangs = await command('people').finally(() => baton.process.kill('SIGCONT'))
  expect([hangs.exitCode, hangs.stdout]).toEqual([1, ''])
  expect(hangs.stderr).toContain(`Baton (process ${baton.process.pid}) holds the database`)
  expect((await command('people')).exitCode).toBe(0)
})

test('a change is finished for somebody who has left in the middle of it', async ({ baton, stage }) => {
  const { dataDir } = stage
  const pieces = await throughDoor(dataDir, ['keys', 'rotate', '--discard-lost'])
  expect((await pieces?.next())?.value).toContain('No signing key is lost')
  // By now nothing is rotated.
  await pieces?.return(undefined)
  await baton.stop()
  const { db, close } = await openDatabase({ dataDir }, { migrates: false })
  const keys = await findStoredSigningKeys(db)
  await close()
  expect(keys).toHaveLength(4)
})
