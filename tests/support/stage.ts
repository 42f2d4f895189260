import { type Baton, startBaton } from './baton.ts'
import { serversToClose } from './closing.ts'
import { migratedDataDir, migratedPostgres, query } from './databases.ts'
import { freePort } from './free-port.ts'
import { listen, startPartners } from './partners.ts'
import { newPerson } from './person.ts'
import { startTrustedIssuer } from './trusted-issuer.ts'

export type Stage = Awaited<ReturnType<typeof startStage>>
export type StagePartners = Awaited<ReturnType<typeof startAllPartners>>

/** What a stage is started with. Everything has a default. */
export type Setup = {
  /** Makes the content of the configuration file. Default: the demo's provider and backend. */
  config?: (partners: StagePartners) => object
  /** The operator's own code, as TypeScript. */
  hooks?: string
  /** Files beside the configuration, by their names. */
  files?: Record<string, string | Buffer>
  /** How many seconds the identity provider's access tokens live. */
  accessTokenTtl?: number
  /** `PGlite` takes one process at a time. Default: PostgreSQL. */
  database?: 'PGlite' | 'PostgreSQL' | { url: string }
  /** The host of the public address, an IPv6 address in brackets. Default: `localhost`. */
  publicHost?: string
  /** The port of the public address. */
  publicPort?: number
  /** Whether Baton's wall clock can be set. */
  hasOwnClock?: boolean
  /** Whether Baton tells what memory it holds. */
  isMeasured?: boolean
  /** Whether something else listens on the public port, in front of Baton. */
  isBehindProxy?: boolean
  /** Environment variables, besides those that every Baton needs. */
  env?: Record<string, string>
}

/** Starts Baton on an empty database, and the demo's partners beside it. */
export async function startStage({
  config = (partners) => partners.config(),
  hooks,
  files = {},
  accessTokenTtl,
  database = 'PostgreSQL',
  publicHost = 'localhost',
  publicPort,
  isBehindProxy = false,
  env = {},
  hasOwnClock = false,
  isMeasured = false,
}: Setup = {}) {
  const servers = serversToClose()
  const port = publicPort ?? (await freePort())
  const partners = await servers.add(
    startAllPartners({ batonHost: publicHost, batonPort: port, ...(accessTokenTtl && { accessTokenTtl }) }),
  )
  const place = await servers.add(databaseOf(database))
  const content = config(partners)

  /** Starts Baton with the same configuration on the same database. Default port: one that is free. */
  const startAnother = async (
    options: {
      /** Instead of the first one's. */
      config?: object
      port?: number
      folder?: string
      env?: Record<string, string>
      hasOwnClock?: boolean
      isMeasured?: boolean
    } = {},
  ) => {
    const another = await startBaton({
      config: content,
      ...(hooks !== undefined && { hooks }),
      files,
      database: place.options,
      publicHost,
      publicPort: port,
      env,
      ...options,
    })
    servers.add({ close: another.stop })
    return another
  }
  const baton: Baton = await startAnother({ hasOwnClock, isMeasured, ...(!isBehindProxy && { port }) })
  return {
    partners,
    baton,
    publicPort: port,
    startAnother,
    /** The URL of the PostgreSQL database. */
    databaseUrl: 'url' in place.options ? place.options.url : '',
    /** The folder of the embedded database. */
    dataDir: 'dataDir' in place.options ? place.options.dataDir : '',
    /** A browser in which nobody is signed in; it sends these headers with every request. */
    newcomer: (always?: Record<string, string>) => newPerson(baton.url, undefined, always),
    /** A browser in which this person has signed in. */
    async signedIn(user: 'demo' | 'bob' = 'demo', always?: Record<string, string>) {
      const person = newPerson(baton.url, undefined, always)
      await person.signIn(user)
      return person
    },
    /** Runs a statement on the PostgreSQL database. */
    sql<Row extends object>(statement: string, values: unknown[] = []) {
      if (!('url' in place.options)) throw new Error('the embedded database takes no second connection')
      return query<Row>(place.options.url, statement, values)
    },
    close: servers.close,
  }
}

// With a query, as Apache's mod_auth_openidc has it.
const logoutPath = '/oidc-callback?logout=backchannel'

/** Starts the demo's partners, an issuer whose ID tokens a test makes, and the receiver of logout tokens. */
async function startAllPartners(options: Parameters<typeof startPartners>[0]) {
  const servers = serversToClose()
  const logoutTokens: string[] = []
  const application = await servers.add(
    listen(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      if (request.url === logoutPath) logoutTokens.push(new URLSearchParams(body).get('logout_token') ?? '')
      response.end()
    }),
  )
  const trustedIssuer = await servers.add(startTrustedIssuer())
  const partners = await servers.add(startPartners(options))
  return {
    ...partners,
    trustedIssuer,
    /** Where logout tokens are taken. */
    logoutUri: application.url + logoutPath,
    /** The logout tokens that arrived there. */
    logoutTokens,
    close: servers.close,
  }
}

type Place = { options: { url: string } | { dataDir: string }; close(): unknown }

async function databaseOf(database: NonNullable<Setup['database']>): Promise<Place> {
  if (database === 'PGlite') {
    const { dataDir, remove } = await migratedDataDir()
    return { options: { dataDir }, close: remove }
  }
  const url = database === 'PostgreSQL' ? await migratedPostgres() : database.url
  return { options: { url }, close: () => {} }
}
