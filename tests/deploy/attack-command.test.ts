import { execFile } from 'node:child_process'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'vitest'
import { checks } from '../../packages/attack/src/checks/all.ts'
import { readOptions } from '../../packages/attack/src/options.ts'
import { type Result, runChecks } from '../../packages/attack/src/run-checks.ts'
import { faults } from '../support/attack/faults/all.ts'
import { test, webUrl } from '../support/attack/stage.ts'
import { freePort } from '../support/free-port.ts'

const run = promisify(execFile)

/** Runs the command, and gives what it printed and its exit code. */
async function command(args: string[], env: Record<string, string> = {}) {
  const options = {
    env: { PATH: process.env.PATH, NODE_ENV: 'production' as const, DEMO_WEB_URL: webUrl, ...env },
  }
  const ended = await run(process.execPath, ['packages/attack/src/main.ts', ...args], options).catch(
    (error: { code: number; stdout: string; stderr: string }) => error,
  )
  return { code: 'code' in ended ? ended.code : 0, out: ended.stdout, said: ended.stderr }
}

test('at a Baton with the configuration of the demo every check passes that needs no more than that', async ({
  attack,
}) => {
  const results = await attack()
  const others = results.filter(({ result }) => result !== 'pass').map(({ check, result }) => [check, result])
  // The first wants a token that was good once, the second https, and the last a setting.
  const wanting = ['id-token-expired', 'cookie-secure', 'security-txt']
  expect(others).toEqual(wanting.map((check) => [check, 'skipped']))
  expect(results).toHaveLength(checks.length)
})

test('a check that needs more passes when it is given', async ({ attack, front, issuer, baton }) => {
  const now = Math.floor(Date.now() / 1000)
  const expiredIdToken = await issuer.idToken(baton.url, { iat: now - 600, exp: now - 300 })
  expect(await attack(['id-token-expired'], { expiredIdToken })).toMatchObject([{ result: 'pass' }])
  const good = 'Contact: mailto:security@example.org\nExpires: 2999-01-01T00:00:00Z\n'
  front.break({
    reply: (reply, { target }) =>
      target === '/.well-known/security.txt'
        ? { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: good }
        : reply,
  })
  expect(await attack(['security-txt'])).toMatchObject([{ result: 'pass' }])
  front.break()
})

test('a run that is stopped ends its sessions, and tries nothing more', async ({ baton, front, sql }) => {
  front.leadTo(baton.address)
  const standing = () => sql('SELECT id FROM sessions WHERE ended_at IS NULL')
  const before = await standing()
  const stop = new AbortController()
  const results = await runChecks(checks, readOptions([baton.url], {}), {
    signal: stop.signal,
    onCheck: (_, index) => index === 2 && stop.abort(),
  })
  expect(results.map(({ check }) => check)).toEqual(checks.slice(0, 2).map(({ name }) => name))
  expect(await standing()).toEqual(before)
})

test('the exit code is 0 where all pass, 1 where one fails, and 2 where nothing could be tried', async ({
  baton,
  front,
}) => {
  front.leadTo(baton.address)
  const passed = await command([baton.url, '--only', 'nonce-head', '--only', 'http-trace', '--json'])
  expect([passed.code, passed.said]).toEqual([0, ''])
  const { url, results } = JSON.parse(passed.out) as { url: string; results: Result[] }
  expect(url).toBe(baton.url)
  expect(results.map(({ check, result }) => [check, result])).toEqual([
    ['nonce-head', 'pass'],
    ['http-trace', 'pass'],
  ])

  front.break(faults['http-trace'])
  const failed = await command([baton.url, '--only', 'http-trace', '--only', 'security-txt'])
  front.break()
  expect(failed.code).toBe(1)
  expect(failed.out).toMatch(/^http-trace +FAIL +TRACE \/ is answered 200 \[RFC 9110, 9\.3\.8\]$/m)
  expect(failed.out).toMatch(/^0 passed, 1 failed, 1 skipped$/m)

  const strict = await command([baton.url, '--only', 'nonce-head', '--only', 'security-txt', '--strict'])
  expect([strict.code, strict.out]).toEqual([1, expect.stringMatching(/1 passed, 0 failed, 1 skipped/)])

  const untried = await command([baton.url, '--only', 'security-txt'])
  expect([untried.code, untried.said]).toEqual([2, expect.stringContaining('Nothing could be tried')])
})

test('the address is BATON_URL where none is given', async ({ baton, front }) => {
  front.leadTo(baton.address)
  const { code } = await command(['--only', 'op-metadata'], { BATON_URL: baton.url })
  expect(code).toBe(0)
})

test('an operator gives accounts by files or variables, and no secret as an argument', async ({
  signedIn,
  baton,
  front,
}) => {
  front.leadTo(baton.address)
  const [person, other] = [await signedIn(), await signedIn('bob')]
  const folder = await mkdtemp(join(tmpdir(), 'baton-attack-'))
  const file = join(folder, 'cookie')
  await writeFile(file, `${await person.cookies()}\n`)
  const env = { BATON_ATTACK_OTHER_COOKIE: await other.cookies() }
  const only = ['nonce-replay', 'nonce-status-stranger', 'session-child'].flatMap((name) => ['--only', name])
  const { code, out } = await command([baton.url, '--cookie', file, '--json', ...only], env)
  const results = (JSON.parse(out) as { results: Result[] }).results.map(({ result }) => result)
  expect([code, results]).toEqual([0, ['pass', 'pass', 'skipped']])
  // Neither of them began with the kit.
  expect([await person.session(), await other.session()]).toEqual([expect.anything(), expect.anything()])

  const missing = await command([baton.url, '--cookie', await person.cookies()])
  expect([missing.code, missing.said]).toEqual([2, expect.stringContaining('cannot be read')])
})

test('an account that is no good, or not the one that is asked for, is wrong use', async ({
  signedIn,
  baton,
  front,
  issuer,
}) => {
  front.leadTo(baton.address)
  const [person, ended] = [await signedIn(), await signedIn()]
  const [cookie, dead] = [await person.cookies(), await ended.cookies()]
  await ended.signOut()
  const expired = await issuer.idToken(baton.url, { iat: 1_700_000_000, exp: 1_700_000_300 })
  const wrong: [Record<string, string>, RegExp][] = [
    [{ COOKIE: dead }, /--cookie is the cookie of no session/],
    [{ COOKIE: cookie, SPARE_COOKIE: dead }, /--spare-cookie is the cookie of no session/],
    [{ COOKIE: cookie, OTHER_COOKIE: dead }, /--other-cookie is the cookie of no session/],
    [{ COOKIE: cookie, OTHER_COOKIE: cookie }, /the same person/],
    [{ WEB_NONCE: 'x'.repeat(43) }, /--web-nonce is no web nonce .*401/],
    [{ ID_TOKEN: expired }, /--id-token gets no nonce .*the ID token is not acceptable/],
  ]
  for (const [given, words] of wrong) {
    const env = Object.fromEntries(
      Object.entries(given).map(([key, value]) => [`BATON_ATTACK_${key}`, value]),
    )
    const { code, out, said } = await command([baton.url, '--only', 'nonce-head'], env)
    expect([code, out]).toEqual([2, ''])
    expect(said).toMatch(words)
  }
})

test.for([
  [['https://baton.example.org'], /--i-own-this/],
  [['--unknown'], /--unknown/],
  [['--only', 'no-such-check'], /no check no-such-check/],
] as const)('%j is wrong use, which exits with 2', async ([args, words]) => {
  const { code, out, said } = await command([...args])
  expect([code, out]).toEqual([2, ''])
  expect(said).toMatch(words)
  expect(said.trim().split('\n')).toHaveLength(1)
})

test('where no Baton answers, or one for another address, the exit code is 2', async ({ baton, front }) => {
  front.leadTo(baton.address)
  const nobody = await command([`http://127.0.0.1:${await freePort()}`])
  expect([nobody.code, nobody.said]).toEqual([2, expect.stringContaining('nothing answers')])
  const other = await command([baton.url.replace('localhost', '127.0.0.1')])
  expect([other.code, other.said]).toEqual([2, expect.stringContaining('not the BATON_URL')])
})

test('--list names every check, as JSON too', async () => {
  const { code, out } = await command(['--list'])
  expect(code).toBe(0)
  expect(out.trim().split('\n')).toEqual(
    checks.map(({ name, says, standard }) => `${name}: ${says} [${standard}]`),
  )
  const json = JSON.parse((await command(['--list', '--json'])).out) as object[]
  expect(json).toEqual(checks.map(({ name: check, says, standard }) => ({ check, says, standard })))
})
