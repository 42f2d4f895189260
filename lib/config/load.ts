import { readFile } from 'node:fs/promises'
import type { z } from 'zod'
import type { Secrets } from '#lib/crypto/seal.ts'
import type { TracingSettings } from '#lib/telemetry/open-tracing.ts'
import { type Brand, type BrandFiles, brandOf } from './brand.ts'
import { ConfigurationError } from './configuration-error.ts'
import { crossFaults } from './cross-faults.ts'
import { type Environment, environmentSchema, secretsOf } from './environment.ts'
import { type FileConfig, fileSchema } from './file.ts'
import { hooksFileBeside } from './hooks-file.ts'
import { jsonFaults } from './json-fault.ts'
import { knownKeys } from './known-keys.ts'
import { didYouMean, nearMiss } from './near-miss.ts'
import { type OutgoingProxy, outgoingProxyOf } from './outgoing-proxy.ts'
import { providerSchema } from './providers.ts'
import { tracingOf } from './tracing.ts'
import { type UpstreamProvider, upstreamProvider } from './upstream-provider.ts'

export type Config = Omit<FileConfig, '$schema' | 'providers' | 'branding'> & {
  providers: UpstreamProvider[]
  branding: Brand
  brandFiles: BrandFiles
  /** The operator's own code beside the configuration file, where there is some. */
  hooksFile: string | undefined
  /** The public origin, such as `https://baton.example.org`. */
  url: string
  development: boolean
  /** Whether pages for developers are there: in the demo and in development. */
  isDemo: boolean
  listen: { host: string | undefined; port: number; metricsPort: number | undefined }
  /** Processes that serve. */
  workers: number
  /** Seconds for which new calls are taken after SIGTERM. */
  drainSeconds: number
  /** The first seals; all of them open. */
  secrets: Secrets
  database: { url?: string; directUrl?: string; dataDir: string }
  logLevel: Environment['LOG_LEVEL']
  logFormat: NonNullable<Environment['LOG_FORMAT']>
  outgoingProxy: OutgoingProxy | undefined
  /** The variables that name a proxy and are not used. */
  unusedProxies: string[]
  /** `undefined` where no spans are made. */
  tracing: TracingSettings | undefined
  /** The variables of OpenTelemetry whose values are not known. */
  ignoredForTracing: string[]
}

/** What was read of a configuration, faults or not. */
export type ReadConfig = {
  faults: string[]
  /** The whole, without faults alone. */
  config: Config | undefined
  /** What can be used of it in any case. */
  usable: Pick<Config, 'providers' | 'outgoingProxy'> &
    Partial<Pick<Config, 'url' | 'secrets' | 'database' | 'trustedIssuers' | 'operators'>>
}

/**
 * Reads and checks the environment and the configuration file. Throws `ConfigurationError` with all faults of
 * both at once.
 */
export async function loadConfig(variables: NodeJS.ProcessEnv = process.env): Promise<Config> {
  const { faults, config } = await readConfig(variables)
  if (!config) throw new ConfigurationError(faults)
  return config
}

/** Reads the same, and what can be used of a configuration that has faults. Never throws. */
export async function readConfig(variables: NodeJS.ProcessEnv = process.env): Promise<ReadConfig> {
  const faults: string[] = []

  // Compose files and shells leave unset variables empty.
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''))
  const environment = environmentSchema.safeParse(set)
  if (!environment.success) faults.push(...describe(environment.error, set, (path) => path))
  const proxies = outgoingProxyOf(set, faults)
  const tracing = tracingOf(set, faults)

  if (set.DATABASE_DIRECT_URL !== undefined && set.DATABASE_URL === undefined)
    faults.push('DATABASE_DIRECT_URL: it is the way past the pooler of DATABASE_URL, which is not set')

  if (environment.data && environment.data.METRICS_PORT === environment.data.PORT)
    faults.push('METRICS_PORT: it is the same as PORT; metrics need a port of their own')

  if (environment.data) faults.push(...workerFaults(environment.data))

  const path = set.BATON_CONFIG ?? 'baton.config.json'
  const content = await readJson(path, set, faults)
  const file = fileSchema.safeParse(content)
  if (!file.success) faults.push(...describe(file.error, content, (where) => `${path}: ${where}`))
  faults.push(...crossFaults(content).map((fault) => `${path}: ${fault}`))
  const providers = await completeProviders(content, path, faults)

  const brand = await brandIn(content, path, faults)
  const hooksFile = hooksFileBeside(path, faults)

  const usable = { providers, ...usableParts(set, content), outgoingProxy: proxies.outgoingProxy }
  if (faults.length > 0 || !environment.success || !file.success || !brand)
    return { faults, config: undefined, usable }

  const { $schema: _, ...sections } = file.data
  const { data } = environment
  const config = {
    ...sections,
    providers,
    ...brand,
    hooksFile,
    url: data.BATON_URL,
    development: data.NODE_ENV === 'development',
    isDemo: data.BATON_DEMO === 'true' || data.NODE_ENV === 'development',
    listen: { host: data.HOST, port: data.PORT, metricsPort: data.METRICS_PORT },
    workers: data.WEB_CONCURRENCY,
    drainSeconds: data.DRAIN_SECONDS,
    secrets: secretsOf(data),
    database: databasePlaceOf(data),
    logLevel: data.LOG_LEVEL,
    logFormat: data.LOG_FORMAT ?? (data.NODE_ENV === 'development' ? 'pretty' : 'json'),
    ...proxies,
    ...tracing,
  }
  return { faults, config, usable }
}

function workerFaults({ WEB_CONCURRENCY, DATABASE_URL, NODE_ENV }: Environment): string[] {
  if (WEB_CONCURRENCY === 1) return []
  if (DATABASE_URL === undefined)
    return [
      'WEB_CONCURRENCY: several workers need PostgreSQL, as one process at a time has the embedded ' +
        'database; set DATABASE_URL, or leave WEB_CONCURRENCY out',
    ]
  if (NODE_ENV === 'development')
    return ['WEB_CONCURRENCY: there is one process in development; leave it out']
  return []
}

const urlSchema = environmentSchema.pick({ BATON_URL: true })
const secretSchema = environmentSchema.pick({
  AUTH_SECRET: true,
  AUTH_SECRET_1: true,
  AUTH_SECRET_2: true,
  AUTH_SECRET_3: true,
})
const placeSchema = environmentSchema.pick({
  DATABASE_URL: true,
  DATABASE_DIRECT_URL: true,
  BATON_DATA_DIR: true,
})

function usableParts(set: Record<string, unknown>, content: unknown) {
  const url = urlSchema.safeParse(set).data?.BATON_URL
  const secrets = secretSchema.safeParse(set).data
  const place = placeSchema.safeParse(set).data
  const { trustedIssuers, operators } = (content ?? {}) as Record<string, unknown>
  const trusted = fileSchema.shape.trustedIssuers.safeParse(trustedIssuers).data
  const operating = fileSchema.shape.operators.safeParse(operators).data
  return {
    ...(url && { url }),
    ...(secrets && { secrets: secretsOf(secrets) }),
    ...(place && { database: databasePlaceOf(place) }),
    ...(trusted && { trustedIssuers: trusted }),
    ...(operating && { operators: operating }),
  }
}

function databasePlaceOf(data: z.output<typeof placeSchema>): Config['database'] {
  return {
    ...(data.DATABASE_URL && { url: data.DATABASE_URL }),
    ...(data.DATABASE_DIRECT_URL && { directUrl: data.DATABASE_DIRECT_URL }),
    dataDir: data.BATON_DATA_DIR,
  }
}

async function readJson(
  path: string,
  variables: Record<string, unknown>,
  faults: string[],
): Promise<unknown> {
  let bytes: Buffer
  try {
    bytes = await readFile(path)
  } catch {
    faults.push(
      `${path}: cannot be read; write it (demo/baton.config.json is an example) or set BATON_CONFIG`,
    )
    return {}
  }
  const text = textOf(bytes)
  if (text === undefined) {
    faults.push(`${path}: is not UTF-8; save it as UTF-8`)
    return {}
  }
  const wrong = jsonFaults(text)
  for (const { line, column, problem, isJson } of wrong)
    faults.push(
      isJson
        ? `${path}: line ${line}, column ${column}: ${problem}`
        : `${path}: is not JSON (line ${line}, column ${column}: ${problem})`,
    )
  if (wrong.some(({ isJson }) => !isJson)) return {}
  return JSON.parse(text, (_, value) =>
    typeof value === 'string' ? interpolate(value, path, variables, faults) : value,
  )
}

// Without the byte order mark that some editors write.
function textOf(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function interpolate(
  value: string,
  path: string,
  variables: Record<string, unknown>,
  faults: string[],
): string {
  return value.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (reference, name: string) => {
    const found = variables[name]
    if (typeof found === 'string') return found
    const meant = didYouMean(name, Object.keys(variables))
    faults.push(`${path}: ${reference} is used, and the environment has no ${name}${meant}`)
    return reference
  })
}

// One by one, so that an unknown provider type is reported even if the rest of the file has faults.
async function completeProviders(
  content: unknown,
  path: string,
  faults: string[],
): Promise<UpstreamProvider[]> {
  const { providers } = (content ?? {}) as { providers?: unknown }
  const complete = async (entry: unknown, index: number) => {
    const { data } = providerSchema.safeParse(entry)
    if (!data) return []
    const made = await upstreamProvider(data)
    if ('provider' in made) return made.provider
    faults.push(...made.faults.map((fault) => `${path}: providers[${index}].${fault}`))
    return []
  }
  return (await Promise.all((Array.isArray(providers) ? providers : []).map(complete))).flat()
}

// Its files are looked for even if the rest of the configuration has faults.
async function brandIn(content: unknown, path: string, faults: string[]) {
  const { branding } = (content ?? {}) as { branding?: unknown }
  const { data } = fileSchema.shape.branding.safeParse(branding)
  return data && brandOf(data, path, faults)
}

function describe(error: z.ZodError, content: unknown, place: (path: string) => string): string[] {
  const misspelt = error.issues.flatMap((issue) =>
    meantBy(issue).map((key) => JSON.stringify([...issue.path, key])),
  )
  // The misspelt key says all of the one that is missing for that reason.
  const isTold = ({ path }: z.core.$ZodIssue) =>
    misspelt.includes(JSON.stringify(path)) && isMissing(content, path)
  return error.issues
    .filter((issue) => !isTold(issue))
    .map((issue) => {
      const path = issue.path
        .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
        .join('')
      return `${place(path.replace(/^\./, '') || 'the file')}: ${issue.message}${nearMisses(issue)}`
    })
}

function isMissing(content: unknown, path: readonly PropertyKey[]): boolean {
  const found = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | null)?.[key], content)
  return found === undefined
}

function nearMisses(issue: z.core.$ZodIssue): string {
  const meant = meantBy(issue)
  return meant.length > 0 ? `; did you mean ${meant.map((key) => `"${key}"`).join(', ')}?` : ''
}

function meantBy(issue: z.core.$ZodIssue): string[] {
  if (issue.code !== 'unrecognized_keys') return []
  const known = knownKeys(issue.path)
  return issue.keys.flatMap((key) => nearMiss(key, known) ?? [])
}
