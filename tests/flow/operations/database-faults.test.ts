import { expect } from 'vitest'
import { query } from '../../support/databases.ts'
import { redirectUri } from '../../support/relying-party.ts'
import { perFile } from '../../support/test.ts'
import { test as base } from '../../support/test-own-database.ts'

const asBrowser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'sec-fetch-mode': 'navigate' }
const words = /postgres|prisma|sqlstate|ECONN|relation|pg_|stack|at .*\.ts/i

const test = base
  .extend('known', perFile, ({ signedIn }) => signedIn())
  /** What the database says to a readiness probe, once that has changed. */
  .extend('readiness', ({ baton }) => async () => {
    const answer = await fetch(`${baton.address}/api/ready`)
    const { error_description = 'ready' } = (await answer.json()) as { error_description?: string }
    return error_description
  })

type Fault = {
  says: RegExp
  /** Sets it up at the database's URL, and gives what takes it away again. */
  begin(url: string, postgres: { stop(): unknown; start(): unknown }): Promise<() => unknown>
}

/** The same database in a connection that may write, whatever its default. */
const writing = (url: string) =>
  `${url}?options=${encodeURIComponent('-c default_transaction_read_only=off')}`
/** The server's own database. */
const beside = (url: string) => new URL('/postgres', url).href
const endOthers = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = 'baton' AND pid <> pg_backend_pid()`
const written = ['users', 'sessions', 'nonces', 'oidc_records', 'write_probes']

const faults: [what: string, fault: Fault][] = [
  [
    'that is stopped',
    {
      says: /does not answer/,
      async begin(_, postgres) {
        await postgres.stop()
        return () => postgres.start()
      },
    },
  ],
  [
    'that takes no connections',
    {
      says: /does not answer/,
      async begin(url) {
        await query(beside(url), 'ALTER DATABASE baton ALLOW_CONNECTIONS false')
        await query(beside(url), endOthers)
        return () => query(beside(url), 'ALTER DATABASE baton ALLOW_CONNECTIONS true')
      },
    },
  ],
  [
    'without tables',
    {
      says: /does not have the tables/,
      async begin(url) {
        await query(url, 'ALTER SCHEMA public RENAME TO elsewhere; CREATE SCHEMA public')
        return () => query(url, 'DROP SCHEMA public; ALTER SCHEMA elsewhere RENAME TO public')
      },
    },
  ],
  [
    'that is read-only',
    {
      says: /takes no writes/,
      async begin(url) {
        await query(url, 'ALTER DATABASE baton SET default_transaction_read_only = on')
        await query(beside(url), endOthers)
        return async () => {
          await query(writing(url), 'ALTER DATABASE baton RESET default_transaction_read_only')
          await query(beside(url), endOthers)
        }
      },
    },
  ],
  [
    'whose disk is full',
    {
      says: /no room/,
      async begin(url) {
        await query(
          url,
          `CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$`,
        )
        for (const table of written)
          await query(
            url,
            `CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON ${table}
            FOR EACH ROW EXECUTE FUNCTION full_disk()`,
          )
        return () => query(url, 'DROP FUNCTION full_disk CASCADE')
      },
    },
  ],
]

const authorize = `/oidc/authorize?${new URLSearchParams({
  client_id: 'web',
  redirect_uri: redirectUri,
  response_type: 'code',
  scope: 'openid',
  code_challenge: 'x'.repeat(43),
  code_challenge_method: 'S256',
})}`

test.for(faults)(
  'with a database %s calls and pages are 503 at worst, readiness says why, and all goes on afterwards',
  { timeout: 120_000 },
  async ([, { says, begin }], { postgres, baton, known, newcomer, readiness }) => {
    await expect.poll(readiness).toBe('ready')
    const { nonce } = await known.askForNonce()
    const linesBefore = baton.log().length
    const end = await begin(postgres.url, postgres)
    await expect.poll(readiness, { timeout: 10_000 }).toMatch(says)

    // What a person looks at.
    const pages = [
      () => known.request('/', { headers: asBrowser }),
      () => known.request('/sessions', { headers: asBrowser }),
      () => known.request('/sign-out', { headers: asBrowser }),
      () => newcomer().request(authorize, { headers: asBrowser }),
      () => newcomer().request(`/handoff?nonce=${nonce}`, { headers: asBrowser }),
    ]
    const statuses = new Set<number>()
    for (const visit of pages) {
      const page = await visit()
      const text = await page.text()
      statuses.add(page.status)
      expect([200, 303, 503]).toContain(page.status)
      expect(text).not.toMatch(words)
      if (page.status !== 503) continue
      expect(page.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
      expect(page.headers.get('content-type')).toMatch(/^text\/html/)
      expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
      expect(page.headers.get('cache-control')).toBe('no-store')
    }
    // What a program calls, many times at once.
    const calls = await Promise.all(
      Array.from({ length: 20 }, () => known.ownPage('/api/nonce', { method: 'POST' })),
    )
    for (const call of calls) {
      statuses.add(call.status)
      expect(await call.json()).toEqual({
        error: 'temporarily_unavailable',
        error_description: expect.not.stringMatching(words),
      })
      expect(call.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
    }
    expect(statuses).toContain(503)
    // The database's own words are in the log, and not once for each call.
    const failed = baton
      .log()
      .slice(linesBefore)
      .split('\n')
      .filter((line) => line.includes('"temporarily_unavailable"') && line.includes('"stack"'))
    expect(failed.length).toBeLessThan(5)

    await end()
    await expect.poll(readiness).toBe('ready')
    await expect.poll(() => known.session()).not.toBeNull()
    const next = await known.askForNonce()
    expect((await newcomer().redeem(next.nonce)).status).toBe(303)
  },
)
