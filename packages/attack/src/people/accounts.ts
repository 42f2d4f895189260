import { once } from '../once.ts'
import type { Options } from '../options.ts'
import { claimsOf } from '../tokens/forge.ts'
import { Skipped } from '../verdict.ts'
import type { Call } from '../wire/call.ts'
import { isLoopback } from '../wire/loopback.ts'
import { type Browser, newBrowser } from './browser.ts'
import { type AppTokens, type DemoUser, signInAsDemoApp, signInAtDemo } from './demo.ts'

type Tools = { call: Call; newcomer(): Browser }

/** What proves the source at `POST /api/nonce`. */
type Proof = { headers: Record<string, string>; form: Record<string, string> }

const exchange = 'urn:ietf:params:oauth:grant-type:token-exchange'
const idTokenType = 'urn:ietf:params:oauth:token-type:id_token'

/**
 * Whose accounts the kit uses: those that the operator gives, else those of the demo. All of them throw
 * {@link Skipped} where there are none.
 */
export function accountsOf(options: Options, { call, newcomer }: Tools) {
  const { cookie, otherCookie, spareCookie, webNonce, idToken, url } = options
  const isDemo = !cookie && !webNonce && !idToken && isLoopback(url)
  const begun: { webNonce: string; client: string }[] = []

  async function demo(user: DemoUser): Promise<Browser> {
    if (!isDemo) throw new Skipped('there is no account for this')
    const browser = newcomer()
    await signInAtDemo(browser, user)
    return browser
  }

  /** A browser in which the first person has signed in, and not by a hand-off. */
  const source = once(async () => {
    if (cookie) return newBrowser(url, call, cookie)
    return demo('demo').catch(orSkip('give a signed-in browser: --cookie FILE'))
  })

  /** The tokens of the first person's app. */
  const app = once(async (): Promise<AppTokens> => {
    if (idToken) return { idToken, accessToken: options.accessToken ?? '' }
    if (!isDemo) throw new Skipped('give an ID token of an app: --id-token FILE')
    return signInAsDemoApp(newcomer(), 'demo')
  })

  /** A web nonce of that app. */
  const appSession = once(async (): Promise<string> => {
    if (webNonce) return webNonce
    const { idToken: token } = await app().catch(orSkip('give a web nonce: --web-nonce FILE'))
    const client = clientOf(token)
    const answer = await call('/oidc/token', {
      method: 'POST',
      form: {
        grant_type: exchange,
        client_id: client,
        subject_token: token,
        subject_token_type: idTokenType,
      },
    })
    const { access_token } = answer.json()
    if (typeof access_token !== 'string')
      throw new Skipped(`the ID token gave no web nonce (${answer.status}): give one by --web-nonce FILE`)
    begun.push({ webNonce: access_token, client })
    return access_token
  })

  const proof = once(async (): Promise<Proof> => {
    if (cookie || isDemo) {
      const headers = { cookie: (await source()).cookies(), 'sec-fetch-site': 'same-origin' }
      return { headers, form: {} }
    }
    const bearer = await appSession().catch(() => undefined)
    if (bearer !== undefined) return { headers: { authorization: `Bearer ${bearer}` }, form: {} }
    if (idToken) return { headers: {}, form: { token: idToken } }
    throw new Skipped('nobody to hand over: give --cookie, --web-nonce or --id-token')
  })

  return {
    source,
    app,
    appSession,
    proof,
    /** A browser in which another person has signed in. */
    other: once(async () => {
      if (otherCookie) return newBrowser(url, call, otherCookie)
      return demo('bob').catch(orSkip('give the session of a second person: --other-cookie FILE'))
    }),
    /** A browser whose session the kit may end; each time another one, or the same where one was given. */
    async spare(): Promise<Browser> {
      if (spareCookie) return newBrowser(url, call, spareCookie)
      return demo('demo').catch(orSkip('give a session to end: --spare-cookie FILE'))
    },
    async close(): Promise<void> {
      for (const { webNonce: token, client } of begun)
        await call('/oidc/revoke', { method: 'POST', form: { token, client_id: client } }).catch(() => {})
    },
  }
}

/** The app that an ID token is for. */
export function clientOf(token: string): string {
  const { aud, azp } = claimsOf(token)
  const audiences = [aud].flat().map(String)
  return String(azp ?? audiences.find((audience) => !URL.canParse(audience)) ?? audiences[0])
}

function orSkip(advice: string) {
  return (error: unknown): never => {
    if (!(error instanceof Skipped)) throw error
    throw new Skipped(advice)
  }
}
