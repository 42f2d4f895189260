import { once } from './once.ts'
import type { Options } from './options.ts'
import { accountsOf } from './people/accounts.ts'
import { type Browser, type HandoffNonce, newBrowser } from './people/browser.ts'
import { newProofKey } from './people/proof-key.ts'
import { Skipped } from './verdict.ts'
import { type Answer, type CallOptions, callerAt, waitAsTold } from './wire/call.ts'
import { rawAt } from './wire/raw.ts'

/** What checks attack with. */
export type Kit = ReturnType<typeof openKit>

/** Makes what all checks of one run share. `onWait` is told the seconds for which a limit holds them up. */
export function openKit(options: Options, onWait?: (seconds: number) => void) {
  const { url, ca } = options
  const call = callerAt(url, { ca, ...(onWait && { onWait }) })
  const browsers: Browser[] = []

  function newcomer(): Browser {
    const browser = newBrowser(url, call)
    browsers.push(browser)
    return browser
  }
  const accounts = accountsOf(options, { call, newcomer })

  /** Asks for a nonce with what proves the source: a session, a web nonce or an ID token. */
  async function post(form: Record<string, string>, more: CallOptions = {}): Promise<Answer> {
    const proof = await accounts.proof()
    return call('/api/nonce', {
      method: 'POST',
      ...more,
      headers: { ...proof.headers, ...more.headers },
      form: { ...proof.form, ...form },
    })
  }

  async function ask(form: Record<string, string> = {}): Promise<HandoffNonce> {
    let answer = await post(form)
    let verifier: string | undefined
    // Where the operator wants every nonce bound (handoff.binding).
    if (answer.status === 400 && answer.text.includes('code_challenge') && !form.code_challenge) {
      const key = newProofKey()
      verifier = key.verifier
      const bound = { code_challenge: key.challenge, code_challenge_method: 'S256' }
      answer = await post({ ...form, ...bound })
    }
    const { nonce, handoff_uri, expires_in } = answer.json()
    if (typeof nonce !== 'string')
      throw new Skipped(`POST /api/nonce gave no nonce: ${answer.status} ${answer.text.slice(0, 200)}`)
    return { nonce, verifier, uri: String(handoff_uri), expiresIn: Number(expires_in) }
  }

  async function child(): Promise<Browser> {
    const browser = newcomer()
    const answer = await browser.redeem(await ask())
    if (answer.status !== 303) throw new Skipped(`no hand-off works here: /handoff answers ${answer.status}`)
    return browser
  }

  return {
    options,
    url,
    call,
    openRaw: rawAt(url, ca),
    newcomer,
    accounts,
    waitAsTold: (answer: Answer) => waitAsTold(answer, onWait),
    /** Asks for a nonce, and gives the answer whatever it is. */
    post,
    /** Asks for a nonce. Throws {@link Skipped} with the refusal. */
    ask,
    /** A browser of its own that a nonce has signed in, and that a check may change. */
    child,
    /** The one that all checks share which leave it as it is. */
    signedIn: once(child),
    /** Ends the sessions and web nonces that the kit has begun. */
    async close(): Promise<void> {
      await accounts.close()
      for (const browser of browsers)
        if (/baton\.session/.test(browser.cookies())) await browser.signOut().catch(() => {})
    },
  }
}
