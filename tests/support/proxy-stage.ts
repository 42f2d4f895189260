import { type Baton, startBaton } from './baton.ts'
import { emptyPostgres } from './databases.ts'
import { freePort } from './free-port.ts'
import { type CallOptions, httpCall, openCall, type Reply } from './http-call.ts'
import { type Partners, startPartners } from './partners.ts'
import { newPerson } from './person.ts'

/** What the echo of the demo backend saw. */
export type Seen = { method: string; url: string; headers: Record<string, string>; body: string }

export const echo = '/demo/api/authenticated/echo'

export type ProxyStage = Awaited<ReturnType<typeof startProxyStage>>

type Options = {
  accessTokenTtl?: number
  /** Further backends, each with the demo's settings but for what is given. */
  backends?: { name: string; [setting: string]: unknown }[]
  sections?: Record<string, unknown> | ((partners: Partners) => Record<string, unknown>)
}

/** A Baton with its partners and one person who is signed in there. */
export async function startProxyStage({ accessTokenTtl, backends = [], sections = {} }: Options = {}) {
  const batonPort = await freePort()
  const partners = await startPartners({ batonPort, ...(accessTokenTtl && { accessTokenTtl }) })
  const like = { url: partners.backendUrl, token: 'provider', providers: ['demo'] }
  const config = partners.config({
    backends: [{ name: 'demo' }, ...backends].map((backend) => ({ ...like, ...backend })),
    ...(typeof sections === 'function' ? sections(partners) : sections),
  })
  const baton: Baton = await startBaton({
    config,
    database: { url: await emptyPostgres() },
    port: batonPort,
  })
  const person = newPerson(baton.url)
  await person.signIn()
  const cookie = await person.jar.getCookieString(baton.url)

  const host = new URL(baton.url).host
  const asOwnPage = ({ headers, ...rest }: CallOptions): CallOptions => ({
    ...rest,
    headers: { host, cookie, 'sec-fetch-site': 'same-origin', ...headers },
  })
  return {
    baton,
    partners,
    person,
    host,
    /** The cookie header of the person who is signed in. */
    cookie,
    /** A call of the proxy from an own page, by what follows `/api/backends`. */
    call: (path: string, options: CallOptions = {}): Promise<Reply> =>
      httpCall(baton.address, `/api/backends${path}`, asOwnPage(options)),
    /** The same, with the answer still to be read. */
    open: (path: string, options: CallOptions = {}) =>
      openCall(baton.address, `/api/backends${path}`, asOwnPage(options)),
    async close() {
      await baton.stop()
      await partners.close()
    },
  }
}
