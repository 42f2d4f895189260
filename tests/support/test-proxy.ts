import { type CallOptions, httpCall, openCall, type Reply } from './clients/http-call.ts'
import { listen } from './partners.ts'
import { portOf } from './proxied-backends.ts'
import type { Setup } from './stage.ts'
import { test as base, perFile } from './test.ts'

/** What the echo of the demo backend saw. */
export type Seen = { method: string; url: string; headers: Record<string, string>; body: string }

export const echo = '/demo/api/authenticated/echo'

export type ProxyCalls = {
  /** The `Cookie` header of the person who is signed in. */
  cookie: string
  /** Calls the proxy from a page of Baton's; the path is what follows `/api/backends`. */
  call(path: string, options?: CallOptions): Promise<Reply>
  /** As `call`, with the answer still to be read. */
  open(path: string, options?: CallOptions): ReturnType<typeof openCall>
}

/** A setup with the demo's backend and these, each with the demo's settings but for what is given. */
export function withBackends(...more: { name: string; [setting: string]: unknown }[]): Setup {
  return {
    config: (partners) => {
      const like = { url: partners.backendUrl, token: 'provider', providers: ['demo'] }
      return partners.config({ backends: [{ name: 'demo' }, ...more].map((own) => ({ ...like, ...own })) })
    },
  }
}

/** Tests that call the proxy as the person who is signed in. */
export const test = base
  .extend('proxy', perFile, async ({ baton, host, person }): Promise<ProxyCalls> => {
    const cookie = await person.cookies()
    const asOwnPage = ({ headers, ...rest }: CallOptions): CallOptions => ({
      ...rest,
      headers: { host, cookie, 'sec-fetch-site': 'same-origin', ...headers },
    })
    return {
      cookie,
      call: (path, options = {}) => httpCall(baton.address, `/api/backends${path}`, asOwnPage(options)),
      open: (path, options = {}) => openCall(baton.address, `/api/backends${path}`, asOwnPage(options)),
    }
  })
  /** A backend that says nothing, and notes the request targets that it sees. */
  .extend('recorder', perFile, async ({ closing }) => {
    const seen: (string | undefined)[] = []
    const server = await closing(
      listen((request, response) => {
        seen.push(request.url)
        response.end()
      }, portOf('recorder')),
    )
    return { url: server.url, seen }
  })
  /** The request targets that it saw in this test. */
  .extend('seen', ({ recorder: { seen } }) => {
    seen.length = 0
    return seen
  })
