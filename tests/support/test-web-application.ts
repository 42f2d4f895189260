import { test as base } from 'vitest'
import { createWebApplication } from '../../demo/web-application/create-web-application.ts'
import { serversToClose } from './closing.ts'
import { freePort } from './free-port.ts'
import { listen } from './partners.ts'
import { newPerson, type Person } from './person.ts'
import { startSmallProvider } from './servers/small-provider.ts'

export const SESSION_COOKIE = 'demo-web-session'

const perFile = { scope: 'file' } as const

/** Tests of the demo web application, with a small provider in Baton's place. */
export const test = base
  .extend('ports', perFile, async () => ({ web: await freePort(), provider: await freePort() }))
  .extend('servers', perFile, async ({ ports }, { onCleanup }) => {
    const servers = serversToClose()
    onCleanup(servers.close)
    const webUrl = `http://127.0.0.1:${ports.web}`
    const batonUrl = `http://127.0.0.1:${ports.provider}`
    await servers.add(listen(createWebApplication({ batonUrl, webUrl }), ports.web))
    const beforeBaton: number[] = []
    for (const path of ['/', '/?nonce=good']) beforeBaton.push((await fetch(webUrl + path)).status)
    const provider = await servers.add(startSmallProvider({ webUrl, port: ports.provider }))
    return { webUrl, provider, beforeBaton }
  })
  .extend('webUrl', perFile, ({ servers }) => servers.webUrl)
  .extend('provider', perFile, ({ servers }) => servers.provider)
  /** The statuses of the home page and of a hand-off before the provider was there. */
  .extend('beforeBaton', perFile, ({ servers }) => servers.beforeBaton)
  /** Opens a path, and gives the page at the end of all redirects. */
  .extend(
    'follow',
    perFile,
    ({ webUrl }) =>
      async ({ request }: Person, path: string, init?: RequestInit) => {
        let url = new URL(path, webUrl).href
        let response = await request(url, init)
        for (let location = response.headers.get('location'); location; ) {
          url = new URL(location, url).href
          response = await request(url)
          location = response.headers.get('location')
        }
        return { url, status: response.status, html: await response.text() }
      },
  )
  /** Follows a hand-off nonce in a browser: the page where that ends, and the session. */
  .extend('handedOver', perFile, ({ webUrl, follow }) => async (person = newPerson(webUrl)) => {
    const page = await follow(person, '/?nonce=good')
    const cookies = await person.jar.getCookies(webUrl)
    const sessionId = cookies.find(({ key }) => key === SESSION_COOKIE)?.value ?? ''
    return { person, page, sessionId, me: () => person.request('/me') }
  })
