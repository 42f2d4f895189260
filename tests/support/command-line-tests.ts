import { randomUUID } from 'node:crypto'
import { decodeJwt } from 'jose'
import { expect } from 'vitest'
import type { AuditEvent } from '#lib/db/audit-events.ts'
import type { Finding } from '#lib/operations/finding.ts'
import { tokenExchange } from './test-apps.ts'
import { commandTest } from './test-commands.ts'
import { signInAt } from './test-oidc.ts'

type Ended = { ended: number }
type Session = { sid: string; kind: string; sub: string; parent: string | null; clientId: string | null }

/** The tests of the command line beside a running Baton on this database, and after it. */
export function commandLineTests(database: 'PGlite' | 'PostgreSQL'): void {
  const test = commandTest(database)

  test(`${database}: a session that the operator ends is over everywhere, and applications are told`, async ({
    signedIn,
    newcomer,
    heard,
    logouts,
    told,
    partners,
  }) => {
    const [person, child, other] = [await signedIn(), newcomer(), await signedIn('bob')]
    const { sub } = decodeJwt((await signInAt(heard, person)).id_token ?? '')
    expect((await child.redeem((await person.askForNonce()).nonce)).status).toBe(303)
    const open = (await person.askForNonce()).nonce
    const revoked: string[] = []
    partners.revocationDoor.before = async (req) => void revoked.push(req.url ?? '')
    logouts.length = 0

    const listed = await told<Session[]>('sessions', 'list', '--person', sub ?? '')
    const { sid = '' } = (await person.session()) ?? {}
    expect(listed).toContainEqual(expect.objectContaining({ sid, sub, kind: 'browser', parent: null }))
    expect(listed).toContainEqual(expect.objectContaining({ sub, kind: 'handoff', parent: sid }))

    expect(await told<Ended>('sessions', 'end', '--sid', sid)).toEqual({ ended: 2 })
    await expect.poll(() => person.session(), { timeout: 6000 }).toBeNull()
    await expect.poll(() => child.session(), { timeout: 6000 }).toBeNull()
    expect(await other.session()).not.toBeNull()
    expect((await newcomer().redeem(open)).status).toBe(410)
    await expect.poll(() => logouts.length).toBe(1)
    expect(decodeJwt(logouts[0] ?? '')).toMatchObject({ aud: 'heard', sub })
    await expect.poll(() => revoked).toEqual(['/token/revocation'])
    delete partners.revocationDoor.before

    const events = await told<AuditEvent[]>('audit', '--person', sub ?? '')
    expect(events).toContainEqual(expect.objectContaining({ type: 'revoked', reason: 'operator' }))
  })

  test(`${database}: all sessions of a person end, and no open nonce starts another`, async ({
    signedIn,
    newcomer,
    told,
  }) => {
    const [first, second, other] = [await signedIn(), await signedIn(), await signedIn('bob')]
    const { user } = (await first.session()) ?? { user: { id: '' } }
    const { nonce } = await second.askForNonce()
    expect((await told<Ended>('sessions', 'end', '--person', user.id)).ended).toBeGreaterThanOrEqual(2)
    for (const browser of [first, second])
      await expect.poll(() => browser.session(), { timeout: 6000 }).toBeNull()
    expect((await newcomer().redeem(nonce)).status).toBe(410)
    expect(await other.session()).not.toBeNull()
    expect(await told<Session[]>('sessions', 'list', '--person', user.id)).toEqual([])
  })

  test(`${database}: the sessions of a client end with those that came from them, and others stay`, async ({
    signedIn,
    newcomer,
    told,
    baton,
    issuer,
  }) => {
    const browser = await signedIn()
    const token = await issuer.idToken(baton.url)
    const exchange = await fetch(`${baton.url}/oidc/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: tokenExchange,
        client_id: 'app',
        subject_token: token,
        subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
      }),
    })
    const { access_token } = (await exchange.json()) as { access_token: string }
    const ask = (body: Record<string, string>, headers: Record<string, string> = {}) =>
      fetch(`${baton.url}/api/nonce`, { method: 'POST', headers, body: new URLSearchParams(body) })
    const nonceOf = async (answer: Promise<Response>) =>
      ((await (await answer).json()) as { nonce: string }).nonce
    const bearer = { authorization: `Bearer ${access_token}` }
    const child = newcomer()
    expect((await child.redeem(await nonceOf(ask({}, bearer)))).status).toBe(303)
    // Of a sign-in in the app that no session came of yet.
    const open = await nonceOf(ask({ token: await issuer.idToken(baton.url, { sub: 'somebody else' }) }))
    expect(open).toMatch(/^[\w-]{43}$/)
    const listed = await told<Session[]>('sessions', 'list', '--client', 'app')
    expect(listed.map(({ kind, clientId }) => [kind, clientId]).toSorted()).toEqual([
      ['app', 'app'],
      ['handoff', 'app'],
    ])

    expect(await told<Ended>('sessions', 'end', '--client', 'app')).toEqual({ ended: 2 })
    await expect.poll(() => child.session(), { timeout: 6000 }).toBeNull()
    await expect.poll(async () => (await ask({}, bearer)).status, { timeout: 6000 }).toBe(401)
    expect((await newcomer().redeem(open)).status).toBe(410)
    expect(await browser.session()).not.toBeNull()
  })

  test(`${database}: everybody's sessions end after a yes alone`, async ({ signedIn, command, told }) => {
    const [one, other] = [await signedIn(), await signedIn('bob')]
    const asked = await command('sessions', 'end', '--all')
    expect([asked.exitCode, asked.stdout]).toEqual([2, ''])
    expect(asked.stderr).toContain('--yes')
    expect(await one.session()).not.toBeNull()

    expect((await told<Ended>('sessions', 'end', '--all', '--yes')).ended).toBeGreaterThanOrEqual(2)
    for (const browser of [one, other])
      await expect.poll(() => browser.session(), { timeout: 6000 }).toBeNull()
    expect((await command('sessions', 'list')).stdout).toBe('There is no living session.\n')
    expect((await command('sessions', 'end', '--all', '--yes')).stdout).toBe('No session was alive.\n')
  })

  test(`${database}: people are listed and found, with their sessions`, async ({
    signedIn,
    told,
    command,
    partners,
  }) => {
    const [demo] = [await signedIn(), await signedIn('bob')]
    const { user } = (await demo.session()) ?? { user: { id: '', name: '' } }
    type Person = { sub: string; name: string; issuer: string; sessions: number; usedAt: string | null }
    const all = await told<Person[]>('people')
    expect(all.find(({ sub }) => sub === user.id)).toMatchObject({
      name: user.name,
      issuer: partners.issuer,
      sessions: expect.any(Number),
      usedAt: expect.stringMatching(/^\d{4}-/),
    })
    const found = await told<Person[]>('people', '--search', user.name.toUpperCase())
    expect(found.map(({ sub }) => sub)).toEqual([user.id])
    expect(await told<Person[]>('people', '--search', user.id)).toHaveLength(1)
    expect(await told<Person[]>('people', '--search', '%')).toEqual([])
    const first = await command('people', '--limit', '1')
    expect(first.stdout).toMatch(/^sub +name +e-mail +sessions/)
    expect(first.stdout).toMatch(/There are more/)
    expect((await command('people', '--search', 'nobody of this name')).stdout).toBe('Nobody is found.\n')
  })

  test(`${database}: keys are rotated, migrations told, and the version is that of the package`, async ({
    command,
    told,
    baton,
  }) => {
    type Keys = { discarded: string[]; rotated: string[] }
    const { discarded, rotated } = await told<Keys>('keys', 'rotate', '--discard-lost')
    expect([discarded, rotated.length]).toEqual([[], 2])
    expect((await command('keys', 'rotate')).stdout).toMatch(
      /^New signing keys: \S+, \S+\. They are published/,
    )
    expect(await told('migrate')).toEqual({ applied: [] })
    expect((await command('migrate')).stdout).toBe('No migration is pending.\n')
    const version = await (await fetch(`${baton.url}/api/version`)).json()
    expect(version).toEqual({ version: '0.1.0', commit: expect.toSatisfy(isCommit) })
    expect(await told('version')).toEqual(version)
  })

  test(`${database}: a check finds a running Baton well, and names what a person should do`, async ({
    command,
    told,
    baton,
    partners,
  }) => {
    const { ok, checks } = await told<{ ok: boolean; checks: Finding[] }>('check')
    expect(ok).toBe(true)
    const messages = checks.map(({ name, status, message }) => `${status} ${name}: ${message}`)
    expect(messages).toEqual(
      expect.arrayContaining([
        'ok configuration: the environment and the configuration file have no faults',
        `ok provider demo: redirect URI: ${baton.url}/api/auth/callback/demo`,
        `ok provider demo: post-logout redirect URI: ${baton.url}/sign-out`,
        'ok database: it answers',
        'ok database: all migrations of this version are applied',
        'ok database: AUTH_SECRET opens its signing keys',
        `ok provider demo: its metadata names the issuer ${partners.issuer}`,
        'ok provider demo: its clock agrees with that of this machine',
        `ok trusted issuer ${partners.trustedIssuer.url}: it publishes one key`,
      ]),
    )
    expect(checks.find(({ message }) => message.startsWith('their client_secret is shorter'))).toMatchObject({
      status: 'warning',
      message: expect.stringContaining('demo-backend'),
      advice: expect.any(String),
    })
    const table = await command('check')
    expect([table.exitCode, table.stderr]).toEqual([0, ''])
    expect(table.stdout).toMatch(/^ok {7}configuration +the environment/)
    expect(table.stdout).toMatch(/no fault, \d+ warnings?\.\n$/)
  })

  test(`${database}: a person, a client or a command that is not there is told in a sentence`, async ({
    command,
  }) => {
    for (const [args, exitCode, words] of [
      [['sessions', 'end', '--person', randomUUID()], 1, 'knows no person'],
      [['sessions', 'end', '--client', 'ap'], 1, 'no client "ap"'],
      [['sesions', 'list'], 2, 'did you mean "sessions"?'],
    ] as const) {
      const told = await command(...args)
      expect([told.exitCode, told.stdout]).toEqual([exitCode, ''])
      expect(told.stderr).toContain(words)
      expect(told.stderr).not.toMatch(/at .*\.ts:\d+/)
    }
  })

  test(`${database}: after Baton has stopped the same commands do the same`, async ({
    signedIn,
    heard,
    logouts,
    told,
    command,
    baton,
    startAnother,
    stage,
  }) => {
    const person = await signedIn()
    await signInAt(heard, person)
    const { sid = '', user } = (await person.session()) ?? {}
    await baton.stop()
    logouts.length = 0
    expect(await told<Ended>('sessions', 'end', '--sid', sid)).toEqual({ ended: 1 })
    expect(logouts).toHaveLength(1)
    expect(await told<Session[]>('sessions', 'list', '--person', user?.id ?? '')).toEqual(
      expect.not.arrayContaining([expect.objectContaining({ sid })]),
    )
    expect((await command('check')).exitCode).toBe(0)
    await startAnother({ port: stage.publicPort })
    expect(await person.session()).toBeNull()
  })
}

function isCommit(commit: unknown): boolean {
  return commit === null || /^[0-9a-f]{40}$/.test(String(commit))
}
