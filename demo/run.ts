import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { addresses } from './addresses.ts'
import { buildWhenStale, GENERATE, PACKAGES, SERVER, VIEWS } from './build-when-stale.ts'
import { type LanSettings, lanSettings } from './lan/settings.ts'
import { banner, lanBanner } from './run/banner.ts'
import { findTakenPort, type Place } from './run/check-ports.ts'
import { demoSecret } from './run/demo-secret.ts'
import { localAddress, type Places, places } from './run/places.ts'
import { type Child, prefixed, startChild } from './run/start-child.ts'
import { waitUntilReady } from './run/wait-until-ready.ts'

const MOST_SECONDS_TO_START = 120

// All paths of the demo are relative to the repository.
process.chdir(join(import.meta.dirname, '..'))

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort())

try {
  process.exitCode = await run()
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`)
  process.exitCode = 1
}

/** Runs the demo until it is stopped. Returns the exit code. */
async function run(): Promise<number> {
  const options = { dev: { type: 'boolean', default: false }, lan: { type: 'boolean' } } as const
  const { dev, ...asked } = parseArgs({ options: { ...options, 'lan-host': { type: 'string' } } }).values
  const isInNetwork = asked.lan === true || asked['lan-host'] !== undefined
  const lan = isInNetwork ? await lanSettings(asked['lan-host'], process.env) : undefined
  Object.assign(process.env, lan?.env)
  const where = places(process.env)

  const taken = await findTakenPort(Object.values(where))
  if (taken) throw new Error(taken)

  for (const build of dev ? [PACKAGES, GENERATE, VIEWS] : [PACKAGES, ...SERVER])
    if (!(await buildWhenStale(build, stop.signal))) return stop.signal.aborted ? 0 : 1

  const children = startAll(where, dev)
  const over = new AbortController()
  try {
    return await Promise.race([
      untilStopped(),
      untilOneFalls(children),
      announceWhenReady(where, lan, over.signal),
    ])
  } finally {
    over.abort()
    await Promise.all(children.map((child) => child.end()))
  }
}

function startAll(where: Places, dev: boolean): Child[] {
  const { batonUrl, identityProviderUrl, backendUrl, webUrl } = addresses()
  const env = {
    ...process.env,
    NODE_ENV: dev ? ('development' as const) : ('production' as const),
    NEXT_TELEMETRY_DISABLED: '1',
    BATON_DEMO: 'true',
    AUTH_SECRET: demoSecret(process.env),
    LOG_FORMAT: process.env.LOG_FORMAT || 'pretty',
    DRAIN_SECONDS: process.env.DRAIN_SECONDS || '0',
    BATON_CONFIG: process.env.BATON_CONFIG || 'demo/baton.config.json',
    BATON_URL: batonUrl,
    HOST: where.baton.host,
    PORT: String(where.baton.port),
    DEMO_IDP_URL: identityProviderUrl,
    DEMO_BACKEND_URL: backendUrl,
    DEMO_WEB_URL: webUrl,
  }
  const start = (name: string, ...command: string[]) =>
    startChild(name, command, { env, onLine: prefixed(name) })
  return [
    start('identity provider', 'demo/identity-provider/main.ts'),
    start('backend', 'demo/backend/main.ts'),
    start('web application', 'demo/web-application/main.ts'),
    start('baton', 'server.ts'),
    ...(where.front ? [start('https front', 'demo/lan/front.ts'), start('guide', 'demo/lan/guide.ts')] : []),
    // Next makes its own pages anew, and this the others.
    ...(dev ? [start('views', ...VIEWS.command, '--watch')] : []),
  ]
}

async function untilStopped(): Promise<number> {
  if (!stop.signal.aborted) await once(stop.signal, 'abort')
  return 0
}

async function untilOneFalls(children: readonly Child[]): Promise<number> {
  const fallen = await Promise.race(
    children.map(async ({ name, ended }) => `The ${name} process ended unexpectedly (${await ended})`),
  )
  if (stop.signal.aborted) return 0
  process.stderr.write(`${fallen}, so the demo stops too.\n`)
  return 1
}

/** Prints the banner when every port answers, then never settles. Rejects when the start takes too long. */
async function announceWhenReady(
  places: Places,
  lan: LanSettings | undefined,
  over: AbortSignal,
): Promise<never> {
  const late = AbortSignal.timeout(MOST_SECONDS_TO_START * 1000)
  const signal = AbortSignal.any([over, late])
  try {
    const ca = lan && readFileSync(lan.authority)
    const partner = (place: Place) => localAddress(place, lan ? 'https' : 'http')
    await Promise.all([
      waitUntilReady(`${partner(places.identityProvider)}/.well-known/openid-configuration`, signal, ca),
      waitUntilReady(`${partner(places.backend)}/`, signal, ca),
      waitUntilReady(`${partner(places.webApplication)}/`, signal, ca),
      waitUntilReady(`${localAddress(places.baton)}/api/ready`, signal),
      places.front && waitUntilReady(`${partner(places.front)}/api/ready`, signal, ca),
      places.guide && waitUntilReady(`${localAddress(places.guide)}/`, signal),
    ])
  } catch (error) {
    if (!late.aborted) throw error
    throw new Error(`The demo was not ready after ${MOST_SECONDS_TO_START} seconds.`, { cause: error })
  }
  if (!stop.signal.aborted)
    process.stdout.write(lan ? lanBanner(addresses(), lan, process.stdout) : banner(addresses()))
  return new Promise<never>(() => {})
}
