import { AsyncLocalStorage } from 'node:async_hooks'
import { EventEmitter } from 'node:events'
import { BlockList } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { tellEvents } from '#lib/audit/tell-events.ts'
import { openConnections } from '#lib/backends/connections.ts'
import { Gate } from '#lib/backends/gate.ts'
import { ApplicationLogos } from '#lib/brand/application-logos.ts'
import { parseCidr } from '#lib/config/cidr.ts'
import { ConfigurationError } from '#lib/config/configuration-error.ts'
import { type Config, loadConfig } from '#lib/config/load.ts'
import { applyOutgoingProxy, proxyVariables } from '#lib/config/outgoing-proxy.ts'
import { tellConfiguration } from '#lib/config/tell-configuration.ts'
import { installedVersion } from '#lib/config/version.ts'
import { keepTables } from '#lib/db/keep-tables.ts'
import { openDatabase } from '#lib/db/open.ts'
import { RequestWatch } from '#lib/devices/request-watch.ts'
import { ProofMemory } from '#lib/dpop/proof-memory.ts'
import { answerRoute } from '#lib/endpoints/as-route.ts'
import { pageAnswer } from '#lib/endpoints/show-page.ts'
import { keepPublishing } from '#lib/endpoints/static-files.ts'
import { loadHooks } from '#lib/hooks/load-hooks.ts'
import { tellHook } from '#lib/hooks/tell-hook.ts'
import { logFailure } from '#lib/http/log-failure.ts'
import type { IssuerKeys } from '#lib/id-tokens/issuer-keys.ts'
import { openLanguages } from '#lib/languages/languages.ts'
import { gather } from '#lib/later/gather.ts'
import { Limits } from '#lib/limits/limits.ts'
import { newIssuedAccessTokens } from '#lib/oidc/access-tokens.ts'
import { OpenIdProvider } from '#lib/oidc/openid-provider.ts'
import { openOperatorDoor } from '#lib/operations/operator-door.ts'
import { loadRenderer } from '#lib/pages/load-renderer.ts'
import type { MetadataCache } from '#lib/providers/metadata.ts'
import { provideRuntime, type Runtime } from '#lib/runtime.ts'
import { endOthers, endRefused } from '#lib/sessions/end-refused.ts'
import { endSession, forgetEnded, noteEnded } from '#lib/sessions/end-session.ts'
import { keepSweeping } from '#lib/sessions/keep-sweeping.ts'
import { OpenStreams } from '#lib/sessions/open-streams.ts'
import { RevocationFeed } from '#lib/sessions/revocation-feed.ts'
import { SessionCache } from '#lib/sessions/session-cache.ts'
import { SessionWatch } from '#lib/sessions/session-watch.ts'
import { openLog } from '#lib/telemetry/logger.ts'
import { openTracing } from '#lib/telemetry/open-tracing.ts'
import { tell } from '#lib/telemetry/tell.ts'
import { newAccessTokenCache } from '#lib/tokens/access-token-cache.ts'
import { revokeAsTheyEnd } from '#lib/tokens/revoke-token-sets.ts'
import { offerMetrics } from '#lib/workers/offer-metrics.ts'
import { isWorker } from '#lib/workers/worker.ts'

/** Milliseconds after which instances of before are gone where several start one after the other. */
const overlap = 300_000
/** Endings whose consequences are seen to together. */
const toldAtOnce = 50
/** Milliseconds that a stop waits until applications and providers have been told of endings. */
const longestEnding = 3_000
/** Milliseconds that a stop waits for running refreshes. */
const longestRefresh = 15_000

/**
 * Makes what the process shares: configuration, unless it is read already, database with its migrations
 * applied, connections, caches. `close` undoes it. Throws `ConfigurationError` or the database's error.
 */
export async function boot(read?: Config): Promise<{ runtime: Runtime; close(): Promise<void> }> {
  const config = read ?? (await loadConfig())
  if (config.workers > 1 && !isWorker)
    throw new ConfigurationError(['WEB_CONCURRENCY: `npm start` alone starts workers; leave it out'])
  const log = await openLog({ level: config.logLevel, format: config.logFormat })
  // The primary has said it for all workers.
  if (!isWorker) tellConfiguration(config, log)
  applyOutgoingProxy(config)
  // Before the database is touched: its faults are those of the configuration.
  const hooks = await loadHooks(config)
  const advise = (advice: string) => tell(log, 'database.advice', { advice })
  const database = await openDatabase(config.database, { tell: advise })
  const { db, health, applied, connections, close: closeDatabase } = database
  if (applied.length > 0) tell(log, 'database.migrated', { migrations: applied })

  const giveUp = async (error: unknown) => {
    await closeDatabase()
    throw error
  }

  const renderPage = await loadRenderer(config).catch(giveUp)
  const trustedProxies = trustedNetworks(config)
  const [metadata, issuerKeys]: [MetadataCache, IssuerKeys] = [new Map(), new Map()]
  const limits = new Limits({ db, config, log })
  const oidc = await OpenIdProvider.start({
    db,
    config,
    log,
    metadata,
    issuerKeys,
    hooks,
    limits,
    trustedProxies,
    endOthers: (person, door, claims) => endOthers(person, door, claims, runtime),
    ended: (ended, why) => noteEnded(ended, why, runtime),
    signOut: (sid) => endSession(sid, 'signed_out', runtime),
    renderPage: (page) => pageAnswer(page, runtime),
  }).catch(giveUp)
  const backends = openConnections(config.outgoingProxy)
  const [sessions, streams, accessTokens] = [new SessionCache(), new OpenStreams(), newAccessTokenCache()]
  const forgetFailed = (tokenSetIds: string[]) => {
    sessions.forgetRowsOf(tokenSetIds)
    for (const id of tokenSetIds) accessTokens.delete(id)
  }
  const stopping = new AbortController()
  const runtime: Runtime = {
    config,
    leaving: new AbortController(),
    stopping: stopping.signal,
    db,
    health,
    log,
    hooks,
    backends,
    gate: new Gate(
      {
        down: (backend, seconds) => tell(log, 'backend.down', { backend, seconds }),
        up: (backend) => tell(log, 'backend.up', { backend }),
      },
      config.workers,
    ),
    metadata,
    issuerKeys,
    limits,
    refreshes: new Map(),
    sessions,
    revocations: new RevocationFeed(
      { db, log },
      {
        ended: (sids) => forgetEnded(sids, { sessions, streams }),
        failed: forgetFailed,
        lost: () => streams.breakOffAll(),
      },
    ),
    proofs: new ProofMemory(),
    streams,
    sessionWatch: new SessionWatch({ db, log }),
    requestWatch: new RequestWatch({ db, log }),
    accessTokens,
    oidc,
    issuedAccessTokens: newIssuedAccessTokens(),
    endings: new EventEmitter(),
    endRefused: (userId) => endRefused(userId, runtime),
    endOthers: (person, door, claims) => endOthers(person, door, claims, runtime),
    upgraded: new Set(),
    trustedProxies,
    languages: openLanguages(config.languages, config.messages),
    logos: new ApplicationLogos({ log, stopping: stopping.signal }),
    renderPage,
    visit: new AsyncLocalStorage(),
    sessionsView: new AsyncLocalStorage(),
    activityView: new AsyncLocalStorage(),
    answer: (request) => answerRoute(request, runtime),
  }
  const applications = gather<string>(toldAtOnce, (sids) =>
    oidc.endSessions(sids).catch((error) => logFailure(log, 'logout.untold', { err: error })),
  )
  runtime.endings.on('ended', (sids) => {
    runtime.revocations.tell(sids)
    applications.add(sids)
  })
  const revoked = revokeAsTheyEnd(runtime)
  runtime.endings.on('revoked', (events) => tellEvents(events, runtime))
  runtime.endings.on('failed', forgetFailed)
  const stopTelling = tellHook(runtime)
  const stopMetrics = await offerMetrics({ ...runtime, connections }).catch(giveUp)
  // Somebody may have lost their place in `allow` since the last start.
  const refused = await runtime.endRefused(null).catch(giveUp)
  if (refused > 0) tell(log, 'allow.ended', { sessions: refused })
  const around = { version: installedVersion().version, proxyEnv: proxyVariables(config), log }
  const stopTracing = config.tracing && (await openTracing(config.tracing, around).catch(giveUp))
  provideRuntime(runtime)
  // An instance that stops only now may have let somebody in by the rules of before.
  const onceMore = setTimeout(() => {
    runtime.endRefused(null).catch((error) => tell(log, 'allow.unasked', { err: error }))
  }, overlap).unref()
  void runtime.logos.fetchAll(config.clients)
  const stops = [keepSweeping(runtime)]
  const closeDoor = config.database.url
    ? undefined
    : await openOperatorDoor(config.database.dataDir, { ...runtime, database })
  // Only this process has the embedded database.
  if (config.database.url) stops.push(keepTables(database, log))
  if (config.database.url && !config.development) stops.push(keepPublishing(runtime))
  return {
    runtime,
    async close() {
      for (const stop of stops) stop()
      await closeDoor?.()
      clearTimeout(onceMore)
      runtime.revocations.close()
      runtime.sessionWatch.close()
      runtime.requestWatch.close()
      oidc.close()
      // What follows the endings of the last requests.
      await Promise.race([
        Promise.all([applications.finish(), revoked(), stopTelling()]),
        sleep(longestEnding, undefined, { ref: false }),
      ])
      stopping.abort()
      // The provider may have spent a refresh token already: its successor has to be stored.
      await Promise.race([
        Promise.allSettled(runtime.refreshes.values()),
        sleep(longestRefresh, undefined, { ref: false }),
      ])
      // Calls have finished by now or were broken off.
      await backends.destroy()
      await stopTracing?.()
      await closeDatabase()
      await stopMetrics()
    },
  }
}

function trustedNetworks({ trustedProxies }: Config): BlockList {
  const networks = new BlockList()
  for (const cidr of trustedProxies) parseCidr(cidr, networks)
  return networks
}
