import { once } from 'node:events'
import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { AuditEvent } from '#lib/db/audit-events.ts'
import { authSecret } from '../../support/baton.ts'
import { nonceHash } from '../../support/nonce-hash.ts'
import { runBaton } from '../../support/run-baton.ts'
import type { Setup } from '../../support/stage.ts'
import { test as base, perFile } from '../../support/test.ts'

for (const database of ['PGlite', 'PostgreSQL'] as const) {
  const test = base
    .extend('setup', perFile, { database } satisfies Setup)
    .extend('configPath', perFile, async ({ closing }) => {
      const folder = await mkdtemp(join(tmpdir(), 'baton-audit-'))
      closing({ close: () => rm(folder, { recursive: true, force: true }) })
      const path = join(folder, 'baton.config.json')
      await writeFile(path, '{}')
      return path
    })
    /** The environment of the operator of this Baton, on the same machine. */
    .extend('operator', perFile, ({ stage, baton, configPath }) => ({
      BATON_URL: baton.url,
      AUTH_SECRET: authSecret,
      BATON_CONFIG: configPath,
      ...(database === 'PGlite' ? { BATON_DATA_DIR: stage.dataDir } : { DATABASE_URL: stage.databaseUrl }),
    }))
    .extend(
      'audit',
      perFile,
      ({ operator }) =>
        (...args: string[]) =>
          runBaton(['audit', ...args], operator),
    )
    /** A nonce that was handed over once. */
    .extend('handedOver', perFile, async ({ signedIn, newcomer }) => {
      const { nonce } = await (await signedIn()).askForNonce()
      expect((await newcomer().redeem(nonce)).status).toBe(303)
      return nonceHash(nonce).toString('hex')
    })

  test(`${database}: while Baton runs, the trail comes as a table, as lines and as JSON`, async ({
    audit,
    handedOver: nonce,
  }) => {
    const jsonl = await audit('--since', '1h', '--format', 'jsonl', '--nonce', nonce)
    expect([jsonl.exitCode, jsonl.stderr]).toEqual([0, ''])
    const events = jsonl.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as AuditEvent)
    expect(events.map(({ type }) => type)).toEqual(['issued', 'shown', 'redeemed'])
    expect(events.every((event) => event.nonce === nonce && event.source !== null)).toBe(true)
    expect(events.map(({ at }) => new Date(at).toISOString())).toEqual(events.map(({ at }) => at))

    const all = JSON.parse((await audit('--json')).stdout) as AuditEvent[]
    for (const event of events) expect(all).toContainEqual(event)
    expect(
      JSON.parse((await audit('--json', '--until', '2020-01-01', '--since', '2019-01-01')).stdout),
    ).toEqual([])

    const table = await audit('--person', events[0]?.userId ?? '')
    expect(table.stdout).toMatch(/^time \(UTC\) +event +nonce/)
    expect(table.stdout).toContain(`redeemed                      ${nonce.slice(0, 12)}`)
    expect((await audit('--since', '2019-01-01', '--until', '2020-01-01')).stdout).toBe(
      'No event in this time.\n',
    )
  })

  if (database === 'PGlite') {
    test('wrong use is told in a sentence, with exit code 2', async ({ audit }) => {
      const { exitCode, stdout, stderr } = await audit('--since', 'yesterday')
      expect([exitCode, stdout, stderr]).toEqual([2, '', expect.stringContaining('--since')])
    })

    test('the key goes to no proxy that the environment names', async ({ operator, closing }) => {
      const asked: (string | undefined)[] = []
      const proxy = createServer((req, res) => {
        asked.push(req.headers.authorization)
        res.writeHead(502).end()
      }).listen(0, '127.0.0.1')
      closing({ close: () => proxy.close() })
      await once(proxy, 'listening')
      const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
      const { exitCode } = await runBaton(['audit'], {
        ...operator,
        NODE_USE_ENV_PROXY: '1',
        HTTP_PROXY: url,
      })
      expect([exitCode, asked]).toEqual([0, []])
    })

    test('after Baton has stopped or was killed the command opens the database itself', async ({
      audit,
      baton,
      handedOver,
      startAnother,
      stage: { dataDir },
    }) => {
      await baton.kill()
      // What is left of it, as another program has made it readable.
      await chmod(join(dataDir, 'operator.json'), 0o644)
      const killed = await audit('--nonce', handedOver, '--format', 'jsonl')
      expect([killed.exitCode, killed.stdout.split('\n').length]).toEqual([0, 4])
      const second = await startAnother()
      expect((await stat(join(dataDir, 'operator.json'))).mode & 0o777).toBe(0o600)
      await second.stop()
      expect((await audit('--nonce', handedOver, '--format', 'jsonl')).stdout).toBe(killed.stdout)
    })
  }
}
