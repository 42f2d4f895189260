import { CookieJar } from 'tough-cookie'
import { fillInSignIn } from '../../demo/phone/sign-in-form.ts'
import { type NonceAnswer, nonceIn } from './ask-for-nonce.ts'
import { readHandoffPage } from './clients/handoff-page.ts'

/** Which cookies come from another site: `Lax` ones with links alone, and `SameSite=None` with forms too. */
const sent = { link: 'lax', form: 'none' } as const

/** What is known of an answer besides its text, and what it answers. */
type Head = {
  method: string
  status: number
  headers: Headers
  sent: { headers: Headers; body?: string }
}

/** Sends the form of a page, with these fields besides its own. */
type Press = (form?: Record<string, string>) => Promise<Response>

export type Person = ReturnType<typeof newPerson>

/**
 * A browser with a cookie jar of its own, driven over HTTP; redirects are left for the test to look at.
 * `watch` is told every answer: its address, its headers and body as one text, and the rest of it. `always`
 * are headers that it sends with every request.
 */
export function newPerson(
  origin: string,
  watch?: (path: string, text: string, head: Head) => void,
  always: Record<string, string> = {},
) {
  const jar = new CookieJar()

  async function request(path: string, init: RequestInit = {}, from?: 'link' | 'form'): Promise<Response> {
    const url = new URL(path, origin)
    const headers = new Headers({ ...always, ...Object.fromEntries(new Headers(init.headers)) })
    const cookie = await jar.getCookieString(url.href, from && { sameSiteContext: sent[from] })
    if (cookie && !headers.has('cookie')) headers.set('cookie', cookie)
    const response = await fetch(url, { redirect: 'manual', ...init, headers })
    for (const header of response.headers.getSetCookie()) await jar.setCookie(header, url.href)
    // The identity provider's own answers bear the codes and tokens of the other party.
    if (url.origin === origin)
      watch?.(path, await textOf(response.clone()), {
        method: init.method ?? 'GET',
        status: response.status,
        headers: response.headers,
        sent: { headers, ...(init.body && { body: String(init.body) }) },
      })
    return response
  }

  /** As `request`, from a page of the same origin. */
  function ownPage(path: string, init: RequestInit = {}): Promise<Response> {
    return request(path, { ...init, headers: { 'sec-fetch-site': 'same-origin', ...init.headers } })
  }

  /** As `request`, from another site's link, redirect or form. */
  function arrive(path: string, form?: URLSearchParams): Promise<Response> {
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }
    if (!form) return request(path, { headers }, 'link')
    return request(path, { method: 'POST', headers: { ...headers, origin: 'null' }, body: form }, 'form')
  }

  async function followed(first: Response, base: string): Promise<{ url: string; response: Response }> {
    let url = base
    let response = first
    for (let hops = 0; hops < 20; hops++) {
      const location = response.headers.get('location')
      if (!location) return { url, response }
      await response.body?.cancel()
      url = new URL(location, url).href
      response = await request(url)
    }
    throw new Error('too many redirects')
  }

  return {
    jar,
    origin,
    request,
    ownPage,
    arrive,

    /** Signs in at the demo identity provider through Auth.js, as a browser does. */
    async signIn(user: 'demo' | 'bob' = 'demo'): Promise<void> {
      const { csrfToken } = (await (await request('/api/auth/csrf')).json()) as { csrfToken: string }
      const start = await request('/api/auth/signin/demo', {
        method: 'POST',
        body: new URLSearchParams({ csrfToken, callbackUrl: `${origin}/` }),
      })
      const page = await followed(start, origin)
      // The identity provider knew this browser and showed no page.
      if (page.url === `${origin}/`) return
      const form = fillInSignIn(
        { url: new URL(page.url), status: page.response.status, html: await page.response.text() },
        { user, password: user },
      )
      if (!form) throw new Error(`no sign-in form at ${page.url}`)
      const sent = await request(form.action.href, { method: 'POST', body: form.fields })
      const end = await followed(sent, form.action.href)
      if (end.url !== `${origin}/`) throw new Error(`the sign-in ended at ${end.url}`)
    },

    /** Signs out through Auth.js, which asks for its own token. */
    async signOut(): Promise<void> {
      const { csrfToken } = (await (await request('/api/auth/csrf')).json()) as { csrfToken: string }
      const end = await request('/api/auth/signout', {
        method: 'POST',
        body: new URLSearchParams({ csrfToken }),
      })
      await end.body?.cancel()
    },

    /** The `Cookie` header that this browser sends to a path now. */
    cookies(path = '/'): Promise<string> {
      return jar.getCookieString(new URL(path, origin).href)
    },

    /** What `/api/auth/session` tells a page. */
    async session(): Promise<{ user: { id: string; name: string }; sid: string; provider: string } | null> {
      return (await request('/api/auth/session')).json()
    },

    /** Asks for a nonce with the session, from a page of Baton's. Throws as `nonceIn` does. */
    async askForNonce(form: Record<string, string> = {}): Promise<NonceAnswer> {
      return nonceIn(await ownPage('/api/nonce', { method: 'POST', body: new URLSearchParams(form) }))
    },

    /**
     * Opens the page of a nonce, and gives what presses its Continue; without such a page, its answer.
     */
    async openHandoff(nonce: string): Promise<Response | Press> {
      const page = await request(`/handoff?nonce=${nonce}`)
      if (page.status !== 200) return page
      const { fields } = readHandoffPage(await page.text())
      return (form = {}) =>
        ownPage('/handoff', { method: 'POST', body: new URLSearchParams({ ...fields, ...form }) })
    },

    /**
     * Opens the page of a nonce and presses Continue there. Gives the page's answer where there is no form.
     */
    async redeem(nonce: string, form: Record<string, string> = {}): Promise<Response> {
      const page = await this.openHandoff(nonce)
      return page instanceof Response ? page : page(form)
    },
  }
}

async function textOf(response: Response): Promise<string> {
  return [...[...response.headers].map((pair) => pair.join(': ')), '', await response.text()].join('\n')
}
