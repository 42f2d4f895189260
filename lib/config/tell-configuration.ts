import type { Logger } from 'pino'
import { tell } from '#lib/telemetry/tell.ts'
import { adviceOn } from './advice.ts'
import { isFirstRun } from './is-first-run.ts'
import type { Config } from './load.ts'

/** Logs what a configuration comes to, without its secrets, and what of it may not be as it was meant. */
export function tellConfiguration(config: Config, log: Logger): void {
  tellContent(config, log)
  for (const { level, about, message } of adviceOn(config))
    tell(log, 'server.advice', { advice: message, ...about }, level)
  if (isFirstRun(config))
    tell(log, 'server.advice', { advice: `nobody can sign in yet: ${config.url} shows what to set` })
}

// What operators and support look at first.
function tellContent(config: Config, log: Logger): void {
  const { url, listen, logLevel, providers, trustedIssuers, backends, clients, trustedProxies } = config
  tell(log, 'server.configuration', {
    url,
    port: listen.port,
    database: config.database.url ? 'postgresql' : 'embedded',
    logLevel,
    providers: providers.map(({ id }) => id),
    redirectUris: providers.map(({ id }) => `${url}/api/auth/callback/${id}`),
    trustedIssuers: trustedIssuers.map(({ issuer }) => issuer),
    backends: backends.map(({ name }) => name),
    clients: clients.map(({ client_id }) => client_id),
    trustedProxies,
    collector: config.tracing?.collector,
    hooksFile: config.hooksFile,
    ...(config.workers > 1 && { workers: config.workers }),
    operators: config.operators.map(({ issuer }) => issuer),
  })
}
