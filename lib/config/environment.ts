import { z } from 'zod'
import type { Secrets } from '#lib/crypto/seal.ts'
import { isSecure } from './is-secure.ts'

const isLong = (secret: string) => Buffer.byteLength(secret) >= 32

const example = 'such as https://baton.example.org'

const publicOrigin = z
  .string(`set it to the public origin, ${example}`)
  .superRefine((value, context) => {
    const fault = faultOfOrigin(value)
    if (fault) context.addIssue(fault)
  })
  .transform((value) => URL.parse(value)?.origin ?? value)

function faultOfOrigin(value: string): string | undefined {
  const url = URL.parse(value)
  if (!url) return `give an origin, ${example}`
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return `use https, ${example}`
  if (url.username || url.password) return `give the origin without a user name or password, ${example}`
  if (url.pathname !== '/')
    return (
      'Baton cannot be served below a path: its cookies (`__Host-`) and its OpenID Connect issuer need the ' +
      `whole host. Give it a host name of its own, ${example}`
    )
  if (url.href !== `${url.origin}/`) return `give the origin without a query or fragment, ${example}`
  // For browsers that is another origin than the one without the dot.
  if (url.hostname.endsWith('.')) return `give the host name without the dot at its end, ${example}`
  if (!isSecure(value)) return 'use https (plain http is allowed for loopback addresses only)'
  return undefined
}

const secrets = z
  .string('set it to at least 32 random bytes, for example from `openssl rand -base64 48`')
  .transform(
    (value) =>
      (value.includes(',') ? value.split(',').map((secret) => secret.trim()) : [value]) as [
        string,
        ...string[],
      ],
  )
  .refine(
    (secrets) => secrets.every(isLong),
    'a secret needs at least 32 bytes; separate several secrets with commas',
  )

const sslModes = ['disable', 'prefer', 'require', 'no-verify', 'verify-ca', 'verify-full']

// `verify-ca` compares with a certificate authority, which has to be given.
function isSslMode(value: string): boolean {
  const parameters = URL.parse(value)?.searchParams
  const mode = parameters?.get('sslmode')
  if (mode == null) return true
  return sslModes.includes(mode) && (mode !== 'verify-ca' || parameters?.has('sslrootcert') === true)
}

const postgresUrl = z
  .string()
  .refine((value) => /^postgres(ql)?:\/\//.test(value) && URL.canParse(value), 'give a postgresql:// URL')
  .refine(
    (value) => !URL.parse(value)?.searchParams.has('schema'),
    'Baton has no use for ?schema=: it keeps its tables in the schema public. Leave it out, and give Baton ' +
      'a database of its own',
  )
  .refine(
    isSslMode,
    `sslmode is one of ${sslModes.join(', ')}; verify-ca needs sslrootcert, the file of the authority`,
  )

const newerSecret = z.string().refine(isLong, 'it must have at least 32 bytes').optional()

/** The environment variables that Baton reads, by the names operators know. */
export const environmentSchema = z.object({
  BATON_URL: publicOrigin.meta({
    description:
      'Public origin of Baton: `https`, or `http` on a loopback address, without a path. All absolute URLs ' +
      'that Baton writes begin with it, and requests for another `Host` get 421 (behind a proxy of ' +
      '`trustedProxies`: for another `X-Forwarded-Host`).',
    examples: ['https://baton.example.org'],
  }),
  AUTH_SECRET: secrets.meta({
    description:
      'Secret that encrypts session cookies and stored tokens: at least 32 random bytes, for example from ' +
      '`openssl rand -base64 48`. To replace it, separate several with commas, the newest first: Baton ' +
      'encrypts with the first and decrypts with all.',
  }),
  AUTH_SECRET_1: newerSecret.meta({
    description: 'Newer secret than `AUTH_SECRET`, as Auth.js numbers them. The highest number encrypts.',
  }),
  AUTH_SECRET_2: newerSecret.meta({ description: 'Newer secret than `AUTH_SECRET_1`.' }),
  AUTH_SECRET_3: newerSecret.meta({ description: 'Newer secret than `AUTH_SECRET_2`.' }),
  DATABASE_URL: postgresUrl.optional().meta({
    description:
      'URL of a PostgreSQL database. Without it, Baton keeps an embedded database in `BATON_DATA_DIR`, for ' +
      'one process only. It may lead to a pooler, such as PgBouncer in transaction mode. `sslmode` means ' +
      "what it means to PostgreSQL's own clients: `require` encrypts and takes any certificate, " +
      '`verify-full` with `sslrootcert` checks it.',
    examples: ['postgresql://baton:password@localhost:5432/baton'],
  }),
  DATABASE_DIRECT_URL: postgresUrl.optional().meta({
    description:
      'URL of the same database for migrations, where `DATABASE_URL` leads to a pooler: past the pooler.',
    examples: ['postgresql://baton:password@localhost:5432/baton'],
  }),
  BATON_DATA_DIR: z
    .string()
    .min(1)
    .default('.baton')
    .meta({ description: 'Folder of the embedded database.', examples: ['/var/lib/baton'] }),
  BATON_CONFIG: z
    .string()
    .min(1)
    .default('baton.config.json')
    .meta({
      description: 'Path of the configuration file. Beside it may be [your own code](extend.md).',
      examples: ['/etc/baton/baton.config.json'],
    }),
  HOST: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Address to listen on. Without it, all addresses.', examples: ['127.0.0.1'] }),
  PORT: z.coerce
    .number()
    .int()
    .min(1)
    .max(65535)
    .default(3000)
    .meta({ description: 'Port to listen on.', examples: [8080] }),
  METRICS_PORT: z.coerce
    .number()
    .int()
    .min(1)
    .max(65535)
    .optional()
    .meta({
      description:
        'Port for [metrics](operations/metrics.md), at the address of `HOST`: `/metrics` for Prometheus. ' +
        'Keep it inside: it asks for no password. Without it, there are no metrics.',
      examples: [9464],
    }),
  DRAIN_SECONDS: z.coerce
    .number()
    .int()
    .min(0)
    .max(600)
    .default(5)
    .meta({
      description:
        'Seconds after SIGTERM for which Baton still takes new calls, while `/api/ready` is 503 already, ' +
        'so that a load balancer notices before connections are refused. SIGINT does not wait.',
      examples: [15],
    }),
  WEB_CONCURRENCY: z.coerce
    .number()
    .int()
    .min(1)
    .max(64)
    .default(1)
    .meta({
      description:
        'Worker processes that serve, one for each core that Baton may use. More than one needs ' +
        '`DATABASE_URL`: see [workers](operations/workers.md).',
      examples: [4],
    }),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .meta({ description: 'Least severe level to log.', examples: ['warn'] }),
  LOG_FORMAT: z
    .enum(['json', 'pretty'])
    .optional()
    .meta({
      description:
        'Form of the log: `json`, an object in each line of the standard output, or `pretty` for people. ' +
        'Default: `json`, for development `pretty`.',
      examples: ['pretty'],
    }),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .string()
    .optional()
    .meta({
      description:
        'Address of an OTLP receiver, such as an OpenTelemetry Collector: [traces](operations/traces.md) ' +
        'go to `/v1/traces` below it. Without it, and without the next two, there are no traces.',
      examples: ['http://localhost:4318'],
    }),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z
    .string()
    .optional()
    .meta({
      description: 'The same as the whole address. Goes before `OTEL_EXPORTER_OTLP_ENDPOINT`.',
      examples: ['http://localhost:4318/v1/traces'],
    }),
  OTEL_TRACES_EXPORTER: z
    .string()
    .optional()
    .meta({
      description: '`otlp` turns traces on without an address (`http://localhost:4318`), `none` off.',
      examples: ['otlp'],
    }),
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .optional()
    .meta({
      description: 'Headers for the receiver, such as one with its key: `name=value`, separated with commas.',
      examples: ['x-tenant=baton'],
    }),
  OTEL_SDK_DISABLED: z
    .string()
    .optional()
    .meta({ description: '`true` turns traces off, whatever else is set.', examples: ['true'] }),
  OTEL_SERVICE_NAME: z
    .string()
    .optional()
    .meta({ description: 'Name of this service in traces. Default: `baton`.', examples: ['sign-in'] }),
  OTEL_RESOURCE_ATTRIBUTES: z
    .string()
    .optional()
    .meta({
      description: 'More about this service: `name=value`, separated with commas.',
      examples: ['deployment.environment.name=production'],
    }),
  OTEL_TRACES_SAMPLER: z
    .string()
    .optional()
    .meta({
      description:
        'Which traces are sent: `parentbased_always_on` (default), `parentbased_always_off`, ' +
        '`parentbased_traceidratio`, `always_on`, `always_off`, `traceidratio`. `parentbased` follows the ' +
        'caller, where it names a trace.',
      examples: ['parentbased_traceidratio'],
    }),
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .optional()
    .meta({ description: 'Share of the traces for the samplers by ratio. Default: 1.', examples: ['0.1'] }),
  NODE_USE_ENV_PROXY: z
    .string()
    .optional()
    .meta({
      description:
        '`1` sends all outgoing calls through the proxies of the next three variables: to providers, ' +
        'backends, the token service, applications and the receiver of traces.',
      examples: ['1'],
    }),
  HTTP_PROXY: z
    .string()
    .optional()
    .meta({
      description:
        'Proxy for calls by http, as `http://user:password@host:port` where it asks for a password. Such ' +
        'calls go by CONNECT as well, so it has to allow that to their ports. `http_proxy` goes before it.',
      examples: ['http://proxy.example.org:3128'],
    }),
  HTTPS_PROXY: z
    .string()
    .optional()
    .meta({
      description: 'Proxy for calls by https. Without it, `HTTP_PROXY`. `https_proxy` goes before it.',
      examples: ['http://proxy.example.org:3128'],
    }),
  NO_PROXY: z
    .string()
    .optional()
    .meta({
      description:
        'Hosts that are called without a proxy, separated with commas: `example.org` with its subdomains, ' +
        '`*.example.org` for these alone, `host:port` for one port. `no_proxy` goes before it.',
      examples: ['localhost,127.0.0.1'],
    }),
  BATON_DEMO: z
    .enum(['true', 'false'])
    .optional()
    .meta({
      description:
        '`true` shows what developers want to see: `/preview`, and a tool on the home page that calls ' +
        'backends. `npm run demo` sets it; leave it out in production.',
      examples: ['true'],
    }),
  NODE_ENV: z
    .string()
    .optional()
    .meta({
      description: '`production` (set by `npm start`), or `development` for hot reload.',
      examples: ['production'],
    }),
})

export type Environment = z.output<typeof environmentSchema>

/**
 * The secrets, newest first: those that Auth.js numbers, from the highest number down, then `AUTH_SECRET`.
 */
export function secretsOf({
  AUTH_SECRET,
  AUTH_SECRET_1,
  AUTH_SECRET_2,
  AUTH_SECRET_3,
}: Pick<Environment, `AUTH_SECRET${'' | '_1' | '_2' | '_3'}`>): Secrets {
  const numbered = [AUTH_SECRET_3, AUTH_SECRET_2, AUTH_SECRET_1].filter((secret) => secret !== undefined)
  return [...numbered, ...AUTH_SECRET] as [string, ...string[]]
}

/** The folder of the embedded database; `undefined` where the environment names another database. */
export function embeddedDataDir(variables: NodeJS.ProcessEnv = process.env): string | undefined {
  if (variables.DATABASE_URL) return undefined
  return environmentSchema.shape.BATON_DATA_DIR.parse(variables.BATON_DATA_DIR || undefined)
}
