import { CookieJar } from 'tough-cookie'

export type Page = { url: URL; status: number; html: string }

const MOST_REDIRECTS = 20

/** Creates a minimal browser for signing in: it keeps cookies and follows redirects. */
export function createBrowser() {
  const jar = new CookieJar()

  /** Opens an address, posts a form if given, and returns the page after all redirects. */
  async function open(address: URL, form?: URLSearchParams): Promise<Page> {
    let url = address
    let body = form
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      const response = await fetch(url, {
        method: body ? 'POST' : 'GET',
        body,
        headers: { cookie: await jar.getCookieString(url.href), accept: 'text/html' },
        redirect: 'manual',
      })
      for (const header of response.headers.getSetCookie()) await jar.setCookie(header, url.href)

      const location = response.headers.get('location')
      if (!location || response.status < 300 || response.status > 399)
        return { url, status: response.status, html: await response.text() }
      await response.body?.cancel()
      url = new URL(location, url)
      body = undefined
    }
    throw new Error(`More than ${MOST_REDIRECTS} redirects from ${address.origin}`)
  }

  return { open }
}
