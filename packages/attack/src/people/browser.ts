import { Skipped } from '../verdict.ts'
import type { Answer, Call, CallOptions } from '../wire/call.ts'
import { formsIn } from '../wire/html.ts'
import { cookieJar, givesSession } from './cookies.ts'

/** A nonce with what its form has to say besides. */
export type HandoffNonce = { nonce: string; verifier?: string | undefined; uri: string; expiresIn: number }

export type Browser = ReturnType<typeof newBrowser>

/** Makes a browser with cookies of its own; a page in it is told by its headers alone. */
export function newBrowser(origin: URL, call: Call, cookie = '') {
  const jar = cookieJar()
  for (const pair of cookie.split(/;\s*/).filter(Boolean)) jar.take(pair, origin)

  async function request(path: string, options: CallOptions = {}): Promise<Answer> {
    const to = URL.parse(path) ?? origin
    const own = jar.header(to)
    const answer = await call(path, {
      ...options,
      headers: { ...(own && { cookie: own }), ...options.headers },
    })
    for (const header of answer.setCookies) jar.take(header, answer.url)
    return answer
  }

  /** As `request`, from a page of the server's own. */
  function ownPage(path: string, options: CallOptions = {}): Promise<Answer> {
    return request(path, { ...options, headers: { 'sec-fetch-site': 'same-origin', ...options.headers } })
  }

  return {
    request,
    ownPage,
    /** The `Cookie` header that it sends to the server. */
    cookies: () => jar.header(origin),

    /** Follows redirects to a page, or to an address that begins with `until`. */
    async follow(start: string, until?: string, options: CallOptions = {}): Promise<Answer & { end: URL }> {
      let answer = await request(start, options)
      for (let hops = 0; hops < 20; hops++) {
        const { location } = answer
        if (!location) return { ...answer, end: answer.url }
        if (until !== undefined && location.href.startsWith(until)) return { ...answer, end: location }
        answer = await request(location.href)
      }
      throw new Error(`more than 20 redirects from ${start}`)
    },

    /** What a page is told of the session; `null` where nobody is signed in. */
    async session(): Promise<{ sid?: string } | null> {
      const { text } = await request('/api/auth/session')
      return JSON.parse(text) as { sid?: string } | null
    },

    /** Opens the page of a nonce, and gives the fields of its form. */
    async open(
      { nonce, verifier }: HandoffNonce,
      options: CallOptions = {},
    ): Promise<{ page: Answer; fields: Record<string, string> }> {
      const page = await request(`/handoff?nonce=${nonce}`, options)
      const fields = formsIn(page.text)[0]?.fields ?? {}
      return { page, fields: { ...fields, ...(verifier !== undefined && { verifier }) } }
    },

    /** Opens the page of a nonce and presses Continue there. */
    async redeem(nonce: HandoffNonce): Promise<Answer> {
      const { page, fields } = await this.open(nonce)
      if (page.status !== 200) return page
      const answer = await ownPage('/handoff', { method: 'POST', form: fields })
      if (answer.status === 202)
        throw new Skipped(
          'every hand-off here waits for approval (handoff.approval), which the kit cannot give',
        )
      return answer
    },

    /** Ends the session by the form of the server's own page. */
    async signOut(): Promise<void> {
      await ownPage('/sign-out', { method: 'POST', form: {} })
    },
  }
}

/** Whether an answer signs its browser in. */
export function signsIn({ status, setCookies }: Answer): boolean {
  return status < 400 && setCookies.some(givesSession)
}
