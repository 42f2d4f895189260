import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Finding } from '#lib/operations/finding.ts'
import { authSecret } from '../../support/baton.ts'
import { emptyPostgres, query } from '../../support/databases.ts'
import { listen } from '../../support/partners.ts'
import { runBaton } from '../../support/run-baton.ts'
import { test as base, perFile } from '../../support/test.ts'
import { startTrustedIssuer } from '../../support/trusted-issuer.ts'

const test = base
  .extend('folder', perFile, async ({ closing }) => {
    const folder = await mkdtemp(join(tmpdir(), 'baton-check-'))
    closing({ close: () => rm(folder, { recursive: true, force: true }) })
    return folder
  })
  .extend('environment', perFile, ({ folder }) => ({
    BATON_URL: 'https://baton.example.org',
    AUTH_SECRET: authSecret,
    BATON_CONFIG: join(folder, 'baton.config.json'),
    BATON_DATA_DIR: join(folder, 'data'),
  }))
  /** What a check finds with this file and these variables, and its exit code. */
  .extend(
    'check',
    perFile,
    ({ environment }) =>
      async (file: unknown, variables: Record<string, string> = {}) => {
        await writeFile(environment.BATON_CONFIG, typeof file === 'string' ? file : JSON.stringify(file))
        const { exitCode, stdout, stderr } = await runBaton(['check', '--json'], {
          ...environment,
          ...variables,
        })
        expect(stderr).toBe('')
        const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: Finding[] }
        expect(ok).toBe(exitCode === 0)
        return {
          exitCode,
          of: (status: Finding['status']) =>
            checks.filter((one) => one.status === status).map(({ name, message }) => `${name}: ${message}`),
        }
      },
  )

test('a file that is no JSON hides nothing else, and nothing is written', async ({
  check,
  environment,
  folder,
}) => {
  const { exitCode, of } = await check('{\n  "providers": [,]\n}', { AUTH_SECRTE: 'x', PORT: '0' })
  expect(exitCode).toBe(1)
  expect(of('fault')).toEqual([
    expect.stringMatching(/^configuration: PORT: /),
    `configuration: ${environment.BATON_CONFIG}: is not JSON (line 2, column 17: a value is missing)`,
  ])
  expect(of('warning')).toContain(
    'configuration: the environment has AUTH_SECRTE, which Baton does not read: did you mean AUTH_SECRET?',
  )
  expect(of('ok')).toContain(`database: the folder ${folder}/data has none yet: the first start makes it`)
  expect(existsSync(join(folder, 'data'))).toBe(false)
})

test('each provider is told apart: away, of another issuer, without keys, with a wrong clock', async ({
  check,
  closing,
}) => {
  const { url } = await closing(
    listen((req, res) => {
      const at = `${url}${req.url?.split('/.well-known')[0]}`
      const endpoints = {
        authorization_endpoint: `${at}/a`,
        token_endpoint: `${at}/t`,
        jwks_uri: `${at}/jwks`,
      }
      const documents: Record<string, object> = {
        '/other/.well-known/openid-configuration': { issuer: `${at}/`, ...endpoints },
        '/keyless/.well-known/openid-configuration': { issuer: at, ...endpoints },
        '/late/.well-known/openid-configuration': { issuer: at, ...endpoints },
        '/late/jwks': { keys: [{ kty: 'EC' }] },
      }
      const document = documents[req.url ?? '']
      const late = new Date(Date.now() - 60_000).toUTCString()
      res.writeHead(document ? 200 : 404, {
        'content-type': 'application/json',
        ...(req.url?.startsWith('/late') && { date: late }),
      })
      res.end(JSON.stringify(document ?? {}))
    }),
  )
  const away = await listen(() => {})
  await away.close()
  const issuers = { away: away.url, other: `${url}/other`, keyless: `${url}/keyless`, late: `${url}/late` }
  const { exitCode, of } = await check({
    trustedProxies: ['127.0.0.1'],
    providers: [
      ...Object.entries(issuers).map(([id, issuer]) => ({
        id,
        type: 'oidc',
        issuer,
        clientId: 'baton',
        clientSecret: 'a'.repeat(32),
      })),
    ],
    handoff: { confirm: 'never' },
  })
  expect(exitCode).toBe(1)
  expect(of('fault')).toEqual([
    expect.stringMatching(/^provider away: .* cannot be reached \(ECONNREFUSED\)$/),
    expect.stringMatching(/^provider other: the metadata says that its issuer is .*\/other\/; expected/),
    expect.stringMatching(/^provider keyless: .*\/jwks answers 404 and no keys$/),
    expect.stringMatching(/^provider late: its clock is (59|60|61) s behind the clock of this machine$/),
  ])
  expect(of('warning')).toEqual([expect.stringMatching(/^settings: with confirm "never" .*handoff\.confirm/)])
})

test('a database without its tables stays without them, and one of others is told', async ({ check }) => {
  const url = await emptyPostgres()
  const empty = await check({}, { DATABASE_URL: url })
  expect(empty.of('warning')).toContainEqual(expect.stringMatching(/^database: migrations are pending: 2026/))
  const tables = () => query(url, `SELECT FROM pg_tables WHERE schemaname = 'public'`)
  expect(await tables()).toEqual([])
  await query(url, 'CREATE TABLE orders (id int)')
  const taken = await check({}, { DATABASE_URL: url })
  expect(taken.of('fault')).toEqual([expect.stringMatching(/^database: .* tables of another application/)])
  expect(await tables()).toHaveLength(1)
})

test('an ID token is explained, and nothing of it is shown', async ({ environment, folder, closing }) => {
  const issuer = await closing(startTrustedIssuer())
  const file = { trustedIssuers: [issuer.trust] }
  await writeFile(environment.BATON_CONFIG, JSON.stringify(file))
  const path = join(folder, 'token')
  const explain = async (token: string, ...more: string[]) => {
    await writeFile(path, `${token}\n`)
    return runBaton(['explain-token', path, ...more], environment)
  }
  const good = await explain(await issuer.idToken('https://baton.example.org'))
  expect([good.exitCode, good.stderr]).toEqual([0, ''])
  expect(good.stdout).toContain('The ID token is good')

  const token = await issuer.idToken('https://other.example.org', { azp: 'stranger' })
  const bad = await explain(token, '--json')
  expect([bad.exitCode, bad.stderr]).toEqual([1, ''])
  const { ok, rules } = JSON.parse(bad.stdout) as { ok: boolean; rules: Record<string, string>[] }
  expect(ok).toBe(false)
  expect(rules.filter(({ status }) => status === 'broken').map(({ rule }) => rule)).toEqual([
    'azp',
    'aud: Baton',
  ])
  expect(rules.find(({ rule }) => rule === 'aud: Baton')?.advice).toContain(
    'https://baton.example.org/api/nonce',
  )
  for (const part of token.split('.')) expect(bad.stdout).not.toContain(part)
})
