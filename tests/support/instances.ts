import type { IncomingMessage } from 'node:http'
import { type Baton, type BatonOptions, startBaton } from './baton.ts'
import { emptyDataDir, emptyPostgres } from './databases.ts'
import { freePort } from './free-port.ts'
import { type CallOptions, httpCall, openCall, type Reply } from './http-call.ts'
import { type Partners, startPartners } from './partners.ts'
import { newPerson, type Person } from './person.ts'

export type Instances = Awaited<ReturnType<typeof startInstances>>

/** Several Batons behind one public address on one PostgreSQL, or the one that the embedded database takes. */
export async function startInstances({
  database,
  count = database === 'PGlite' ? 1 : 4,
  accessTokenTtl,
  config = (partners) => partners.config(),
}: {
  database: 'PostgreSQL' | 'PGlite'
  count?: number
  accessTokenTtl?: number
  config?: (partners: Partners) => object
}) {
  const publicPort = await freePort()
  const partners = await startPartners({ batonPort: publicPort, ...(accessTokenTtl && { accessTokenTtl }) })
  const folder = database === 'PGlite' ? await emptyDataDir() : undefined
  const where: { url?: string; dataDir?: string } = folder
    ? { dataDir: folder.dataDir }
    : { url: await emptyPostgres() }
  const options: BatonOptions = {
    config: config(partners),
    database: where as BatonOptions['database'],
    publicPort,
  }
  const ports = [publicPort, ...(await Promise.all(Array.from({ length: count - 1 }, freePort)))]
  const batons: Baton[] = await Promise.all(ports.map((port) => startBaton({ ...options, port })))
  const url = (batons[0] as Baton).url
  const host = new URL(url).host
  const asOwnPage = ({ headers, ...rest }: CallOptions, cookie: string): CallOptions => ({
    ...rest,
    headers: { host, cookie, 'sec-fetch-site': 'same-origin', ...headers },
  })
  return {
    url,
    partners,
    batons,
    database: where,
    /** Someone who has signed in, at the first instance. */
    async signedIn(user: 'demo' | 'bob' = 'demo'): Promise<Person> {
      const person = newPerson(url)
      await person.signIn(user)
      return person
    },
    /** A call to one of the instances from an own page, with this cookie. */
    call: (index: number, path: string, cookie: string, options: CallOptions = {}): Promise<Reply> =>
      httpCall((batons[index] as Baton).address, path, asOwnPage(options, cookie)),
    /** The same, with the answer still to be read. */
    open: (
      index: number,
      path: string,
      cookie: string,
      options: CallOptions = {},
    ): Promise<IncomingMessage> =>
      openCall((batons[index] as Baton).address, path, asOwnPage(options, cookie)),
    /** `kill -9` of one of them. */
    kill: (index: number) => (batons[index] as Baton).kill(),
    /** Starts one that was killed again. */
    async restart(index: number): Promise<void> {
      batons[index] = await startBaton({ ...options, port: ports[index] as number })
    },
    async close() {
      await Promise.all(
        batons.map(({ process, stop }) => process.exitCode === null && !process.killed && stop()),
      )
      await partners.close()
      await folder?.remove()
    },
  }
}

/** Resolves when a request of the token endpoint arrives; it waits there until it is let on. */
export function holdNextRefresh(partners: Partners): { arrived: Promise<void>; letOn(): void } {
  const arrived = Promise.withResolvers<void>()
  const on = Promise.withResolvers<void>()
  partners.tokenDoor.before = async (req) => {
    delete partners.tokenDoor.before
    arrived.resolve()
    // The caller may be killed meanwhile.
    await Promise.race([
      on.promise,
      new Promise((resolve) => req.once('error', () => {}).once('close', resolve)),
    ])
  }
  return { arrived: arrived.promise, letOn: on.resolve }
}
