type Cookie = { name: string; value: string; host: string; path: string }

export type Page = { url: URL; status: number; html: string }

const MOST_REDIRECTS = 20

/** Makes a browser just good enough to sign in with: it keeps cookies and follows redirects. */
export function createBrowser() {
  const jar = new Map<string, Cookie>()

  // Cookies ignore ports (RFC 6265, section 8.5).
  function cookiesFor({ hostname, pathname }: URL): string {
    return [...jar.values()]
      .filter(
        ({ host, path }) =>
          host === hostname && (pathname === path || pathname.startsWith(path.replace(/\/?$/, '/'))),
      )
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')
  }

  function keep(header: string, { hostname: host }: URL): void {
    const [pair = '', ...attributes] = header.split(';').map((part) => part.trim())
    const [name = '', ...value] = pair.split('=')
    const attribute = (wanted: string) =>
      attributes.find((text) => text.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1)
    const path = attribute('path') ?? '/'
    const expires = Date.parse(attribute('expires') ?? '')
    const key = `${host} ${path} ${name}`
    if (expires <= Date.now()) jar.delete(key)
    else jar.set(key, { name, value: value.join('='), host, path })
  }

  /** Opens an address, with a form where there is one to send, and gives the page at the end of all redirects. */
  async function open(address: URL, form?: URLSearchParams): Promise<Page> {
    let url = address
    let body = form
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      const response = await fetch(url, {
        method: body ? 'POST' : 'GET',
        body,
        headers: { cookie: cookiesFor(url), accept: 'text/html' },
        redirect: 'manual',
      })
      for (const header of response.headers.getSetCookie()) keep(header, url)

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
