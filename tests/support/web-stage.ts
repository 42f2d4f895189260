import { createWebApplication } from '../../demo/web-application/create-web-application.ts'
import { freePort } from './free-port.ts'
import { listen } from './partners.ts'
import { newPerson, type Person } from './person.ts'
import { startSmallProvider } from './servers/small-provider.ts'

export const SESSION_COOKIE = 'demo-web-session'

export type WebStage = Awaited<ReturnType<typeof startWebStage>>

/**
 * Starts the demo web application with a small provider in Baton's place; `before` runs before the provider.
 */
export async function startWebStage(before?: (webUrl: string) => Promise<void>) {
  const [webPort, providerPort] = [await freePort(), await freePort()]
  const webUrl = `http://127.0.0.1:${webPort}`
  const batonUrl = `http://127.0.0.1:${providerPort}`
  const web = await listen(createWebApplication({ batonUrl, webUrl }), webPort)
  await before?.(webUrl)
  const provider = await startSmallProvider({ webUrl, port: providerPort })

  /** Opens a path, and gives the page at the end of all redirects. */
  async function follow({ request }: Person, path: string, init?: RequestInit) {
    let url = new URL(path, webUrl).href
    let response = await request(url, init)
    for (let location = response.headers.get('location'); location; ) {
      url = new URL(location, url).href
      response = await request(url)
      location = response.headers.get('location')
    }
    return { url, status: response.status, html: await response.text() }
  }

  /** Follows a hand-off nonce in a browser: the page where that ends, and the session. */
  async function handedOver(person = newPerson(webUrl)) {
    const page = await follow(person, '/?nonce=good')
    const cookies = await person.jar.getCookies(webUrl)
    const sessionId = cookies.find(({ key }) => key === SESSION_COOKIE)?.value ?? ''
    return { person, page, sessionId, me: () => person.request('/me') }
  }

  return {
    webUrl,
    provider,
    follow,
    handedOver,
    async close() {
      await Promise.allSettled([web.close(), provider.close()])
    },
  }
}
