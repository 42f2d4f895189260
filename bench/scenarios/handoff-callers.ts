import { sha256 } from '#lib/crypto/digest.ts'
import { formTokenOf, newPageProof, sealPageProof } from '#lib/handoff/page-proof.ts'
import { type Baton, batonSecret } from '../competitors/baton.ts'
import type { BetterAuth } from '../competitors/better-auth.ts'
import { portOf } from '../competitors/proxy.ts'
import type { Answer } from '../measure/answer-reader.ts'
import { HttpConnection } from '../measure/http-connection.ts'
import type { Caller } from '../measure/load.ts'
import { formRequest, getRequest, jsonRequest } from '../measure/request-bytes.ts'
import { WrongAnswer } from '../measure/wrong-answer.ts'

const setsSession = /\r\nset-cookie: (baton\.session=[^\s;]{100,})/i
const pageCookie = /\r\nset-cookie: (baton\.handoff\.[^;]+)/i
const formToken = /name="csrf_token" value="([^"]+)"/
const setsBetterAuthSession = /\r\nset-cookie: better-auth\.session_token=\S{20,}/i

/**
 * Creates a caller that hands over a session with an ID token: it requests a nonce, opens its page when
 * `withPage` is set, and redeems it. Without the page it has the cookie that the page would have set. With
 * `stands`, the session of the last hand-off stands in the browser, and makes way.
 */
export async function batonHandoff(
  baton: Baton,
  caller: number,
  nextIdToken: () => string,
  { withPage = false, stands = false }: HandoffOptions,
): Promise<Caller> {
  const connection = await HttpConnection.open(portOf(baton, caller))
  const { host } = baton
  const form = { host, 'sec-fetch-site': 'same-origin' }
  async function openPage(nonce: string): Promise<Page> {
    const opened = await connection.request(getRequest(`/handoff?nonce=${nonce}`, { host }))
    const cookie = pageCookie.exec(opened.head)?.[1]
    const csrf_token = formToken.exec(opened.body.toString())?.[1]
    if (opened.status !== 200 || !cookie || !csrf_token) throw wrong(baton, 'no hand-off page', opened)
    return { cookie, csrf_token }
  }
  let standing: string | undefined
  return {
    async call() {
      const issued = await connection.request(formRequest('/api/nonce', { host }, { token: nextIdToken() }))
      const nonce = issued.status === 200 && (JSON.parse(issued.body.toString()) as { nonce?: string }).nonce
      if (!nonce) throw wrong(baton, 'no nonce', issued)

      const { cookie, csrf_token } = withPage ? await openPage(nonce) : await pageOf(nonce)
      const fields = { nonce, csrf_token }
      const cookies = standing ? `${cookie}; ${standing}` : cookie
      const redeemed = await connection.request(formRequest('/handoff', { ...form, cookie: cookies }, fields))
      const session = setsSession.exec(redeemed.head)?.[1]
      if (redeemed.status !== 303 || !session) throw wrong(baton, 'no session', redeemed)
      if (stands) standing = session
    },
    close: () => connection.close(),
  }
}

export type HandoffOptions = { withPage?: boolean; stands?: boolean }

type Page = { cookie: string; csrf_token: string }

/** What a browser has that has just opened the page of a nonce. */
async function pageOf(nonce: string): Promise<Page> {
  const hash = sha256(nonce)
  const proof = newPageProof({ hash: hash.toString('base64url'), nonce, openedAt: new Date() })
  const name = `baton.handoff.${hash.toString('hex').slice(0, 16)}`
  const cookie = `${name}=${await sealPageProof(proof, [batonSecret])}`
  return { cookie, csrf_token: formTokenOf(proof) }
}

/**
 * Creates a caller of better-auth's counterpart: a one-time token for a session, then a session cookie for
 * the token.
 */
export async function betterAuthPair(server: BetterAuth, caller: number): Promise<Caller> {
  const connection = await HttpConnection.open(server.port)
  const { cookie = '', ...anonymous } = server.headers(caller)
  const generate = getRequest('/api/auth/one-time-token/generate', { ...anonymous, cookie })
  return {
    async call() {
      const generated = await connection.request(generate)
      const token =
        generated.status === 200 && (JSON.parse(generated.body.toString()) as { token?: string }).token
      if (!token) throw wrong(server, 'no one-time token', generated)

      const verify = jsonRequest('/api/auth/one-time-token/verify', anonymous, { token })
      const verified = await connection.request(verify)
      if (verified.status !== 200 || !setsBetterAuthSession.test(verified.head))
        throw wrong(server, 'no session', verified)
    },
    close: () => connection.close(),
  }
}

function wrong({ name }: { name: string }, what: string, { head, body }: Answer): WrongAnswer {
  return new WrongAnswer(name, `${what}\n${head}\n\n${body.toString('utf8', 0, 300)}`)
}
