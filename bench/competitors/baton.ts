import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { childrenOf } from '../../tests/support/children-of.ts'
import { freePort } from '../../tests/support/free-port.ts'
import { newPerson } from '../../tests/support/person.ts'
import { scrape } from '../../tests/support/scrape.ts'
import type { Bench } from '../bench.ts'
import type { CoreList } from '../measure/cores.ts'
import { getRequest } from '../measure/request-bytes.ts'
import { type StartedProcess, untilItAnswers } from '../measure/start-process.ts'
import { backendOf } from '../partners/backend.ts'
import { appClientId, trustedIssuerOf } from '../partners/id-tokens.ts'
import { relyingParty, startIdentityProvider } from '../partners/identity-provider.ts'
import { emptyDatabase } from '../partners/postgres.ts'
import { benchClient } from './plain-oidc-provider.ts'
import type { ProxyServer } from './proxy.ts'

const root = new URL('../..', import.meta.url).pathname
/** The `AUTH_SECRET` of each Baton of the bench. */
export const batonSecret = 'a secret of the bench that is long enough'

const sessions = 8

/** The redirect URI of the bench's client at the OpenID Provider. Nothing listens there. */
export const benchRedirectUri = 'http://127.0.0.1:9/callback'

type BatonDatabase = 'embedded' | 'postgres'

/** Baton with signed-in people, as a proxy and for hand-offs. */
export type Baton = ProxyServer & {
  url: string
  /** The `Host` of its public address. */
  host: string
  /** Its PostgreSQL; `undefined` for the embedded database. */
  databaseUrl: string | undefined
  /** Starts one more such process on its own port, without waiting until it is ready. */
  another(): Promise<{ process: StartedProcess; port: number }>
}

/** Returns Baton with one of its databases, alone on its core. */
export function batonOf(bench: Bench, database: BatonDatabase): Promise<Baton> {
  const name = database === 'embedded' ? 'Baton (embedded database)' : 'Baton (PostgreSQL)'
  return bench.once(name, () => startBaton(bench, { database, instances: 1, cores: bench.cores.server }))
}

/** Returns Baton on the embedded database with these variables, alone on its core. */
export function batonWith(bench: Bench, more: Record<string, string>, as: string): Promise<Baton> {
  const name = `Baton, ${as}`
  return bench.once(name, async () => {
    const { server: cores } = bench.cores
    return { ...(await startBaton(bench, { database: 'embedded', instances: 1, cores, more })), name }
  })
}

/**
 * Returns several instances of Baton on one PostgreSQL under one public address. The system chooses their
 * cores.
 */
export function clusterOf(bench: Bench, instances: number): Promise<Baton> {
  return bench.once(`${instances} instances of Baton`, () =>
    startBaton(bench, { database: 'postgres', instances, cores: bench.cores.any }),
  )
}

/**
 * Returns one instance of Baton on PostgreSQL with so many workers, on any core. Its metrics say when all of
 * them serve.
 */
export function batonOfWorkers(bench: Bench, workers: number): Promise<Baton> {
  const name = `Baton, ${workers} ${workers === 1 ? 'worker' : 'workers'}`
  return bench.once(name, async () => {
    const metricsPort = await freePort()
    const more = { WEB_CONCURRENCY: String(workers), METRICS_PORT: String(metricsPort) }
    const { any: cores } = bench.cores
    const baton = await startBaton(bench, { database: 'postgres', instances: 1, cores, more })
    const serving = async () =>
      (await scrape(`http://127.0.0.1:${metricsPort}`)).value('baton_workers', { state: 'serving' })
    while (workers > 1 && (await serving()) < workers) await sleep(50)
    return { ...baton, name, pids: [...baton.pids, ...baton.pids.flatMap(childrenOf)] }
  })
}

async function startBaton(
  bench: Bench,
  {
    database,
    instances,
    cores,
    more = {},
  }: { database: BatonDatabase; instances: number; cores: CoreList; more?: Record<string, string> },
): Promise<Baton> {
  const [backend, { issuer: trusted }] = await Promise.all([backendOf(bench), trustedIssuerOf(bench)])
  const publicPort = await freePort()
  const url = `http://localhost:${publicPort}`
  const host = `localhost:${publicPort}`
  const folder = await bench.folder()
  const config = join(folder, 'baton.config.json')
  const issuer = await startIdentityProvider(bench, url, backend.url)
  await writeFile(config, JSON.stringify(configuration({ issuer, trusted, backendUrl: backend.url })))

  const databaseUrl = database === 'postgres' ? await emptyDatabase(bench, `baton_${publicPort}`) : undefined
  const env = {
    BATON_URL: url,
    HOST: '127.0.0.1',
    AUTH_SECRET: batonSecret,
    BATON_CONFIG: config,
    LOG_LEVEL: 'warn',
    ...more,
    ...(databaseUrl ? { DATABASE_URL: databaseUrl } : { BATON_DATA_DIR: join(folder, 'data') }),
  }
  const start = (port: number) =>
    bench.start({
      name: 'Baton',
      args: [...bench.profileFlags, 'server.ts'],
      cwd: root,
      env: { ...env, PORT: String(port) },
      cores,
    })
  const ready = async (port: number) => {
    const process = start(port)
    await untilItAnswers(process, port, getRequest('/api/ready', { host }))
    return { process, port }
  }

  // The first instance applies the migrations; the others find none left.
  const first = await ready(publicPort)
  const others = await Promise.all(Array.from({ length: instances - 1 }, async () => ready(await freePort())))
  const all = [first, ...others]
  const cookies = await Promise.all(Array.from({ length: sessions }, () => signedIn(url)))
  return {
    name: 'Baton',
    pids: all.map(({ process }) => process.pid),
    ports: all.map(({ port }) => port),
    prefix: '/api/backends/bench',
    headers: (caller) => ({
      host,
      cookie: cookies[caller % sessions] ?? '',
      'sec-fetch-site': 'same-origin',
    }),
    isNext: false,
    url,
    host,
    databaseUrl,
    async another() {
      const port = await freePort()
      return { process: start(port), port }
    },
  }
}

function configuration(at: { issuer: string; trusted: string; backendUrl: string }) {
  return {
    providers: [
      {
        id: 'demo',
        type: 'oidc',
        issuer: at.issuer,
        clientId: relyingParty.clientId,
        clientSecret: relyingParty.clientSecret,
        scope: relyingParty.scope,
      },
    ],
    trustedIssuers: [{ issuer: at.trusted, clients: [appClientId] }],
    backends: [{ name: 'bench', url: at.backendUrl, token: 'provider', providers: ['demo'] }],
    handoff: { confirm: 'never' },
    // The bench asks for more than people do.
    limits: { nonces: false, newPeople: false },
    clients: [
      { ...benchClient, redirect_uris: [benchRedirectUri] },
      {
        client_id: appClientId,
        token_endpoint_auth_method: 'none',
        resource_servers: [benchClient.client_id],
        handoff: { mayRequest: true },
      },
    ],
  }
}

async function signedIn(url: string): Promise<string> {
  const person = newPerson(url)
  await person.signIn()
  const cookies = (await person.jar.getCookieString(url)).split('; ')
  return cookies.filter((cookie) => cookie.startsWith('baton.session')).join('; ')
}
