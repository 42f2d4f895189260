import { createHash, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { listen } from '../../../../tests/support/partners.ts'

type Call = { address: string; headers: IncomingMessage['headers']; form: URLSearchParams }
type Handler = (res: ServerResponse, call: Call) => unknown
type Nonce = {
  challenge: string | null
  target: string | null
  to: string | null
  approval: string | null
  /** As `/api/nonce/status` tells it. */
  status: { state: string; number?: string; asked_by?: object }
}

/**
 * Starts the addresses of Baton that a page of its own origin uses, and checks requests strictly. Nonces lead
 * to `/handoff` there.
 */
export async function startSmallSite() {
  const sessions = new Map<string, { user: string; error?: string }>()
  const nonces = new Map<string, Nonce>()
  const calls: Call[] = []
  const instead = new Map<string, Handler>()

  const server = await listen(async (req, res) => {
    const address = `${req.method} ${req.url}`
    if (address.startsWith('POST /sign-in-as/')) return signIn(address.slice('POST /sign-in-as/'.length), res)
    const call = { address, headers: req.headers, form: new URLSearchParams(await text(req)) }
    calls.push(call)
    const handler = instead.get(address)
    if (handler) handler(res, call)
    else answer(call, res)
  })

  function signIn(user: string, res: ServerResponse): void {
    const cookie = randomBytes(8).toString('hex')
    sessions.set(cookie, { user })
    res.writeHead(204, { 'set-cookie': `baton.session=${cookie}; Path=/; HttpOnly` }).end()
  }

  function answer(call: Call, res: ServerResponse): unknown {
    const { address, headers, form } = call
    const [, cookie = ''] = /\bbaton\.session=(\w+)/.exec(headers.cookie ?? '') ?? []
    const { user, error } = sessions.get(cookie) ?? {}
    if (headers.authorization) return refuse(res, 400, 'invalid_request')
    if (address === 'GET /api/auth/session')
      return json(
        res,
        200,
        user
          ? { user: { id: user, name: user }, sid: cookie, expires: '2027-01-01T00:00:00.000Z', error }
          : null,
      )
    if (address === 'POST /sign-out') {
      sessions.delete(cookie)
      const headers = { location: '/', 'set-cookie': 'baton.session=; Max-Age=0; Path=/' }
      return res.writeHead(303, headers).end()
    }
    if (user === undefined) return refuse(res, 401, 'invalid_token')
    if (address === 'POST /api/nonce') {
      const challenge = form.get('code_challenge')
      if (form.get('code_challenge_method') !== (challenge === null ? null : 'S256'))
        return refuse(res, 400, 'invalid_request')
      const nonce = randomBytes(32).toString('base64url')
      nonces.set(nonce, {
        challenge,
        target: form.get('target'),
        to: form.get('redirect_to'),
        approval: form.get('approval'),
        status: { state: 'waiting' },
      })
      return json(res, 200, { nonce, expires_in: 30, handoff_uri: `${server.url}/handoff?nonce=${nonce}` })
    }
    if (address.startsWith('GET /api/nonce/status?nonce=')) {
      const status = nonces.get(address.slice(address.indexOf('=') + 1))?.status
      return status ? json(res, 200, status) : refuse(res, 404, 'not_found')
    }
    if (address === 'POST /api/nonce/approval') {
      const found = nonces.get(form.get('nonce') ?? '')
      if (found?.status.state !== 'asking') return refuse(res, 404, 'not_found')
      const isRight = form.get('approve') === 'yes' && form.get('number') === found.status.number
      found.status = { state: isRight ? 'approved' : 'denied' }
      return res.writeHead(204).end()
    }
    if (address.includes(' /api/backends/demo/')) {
      if (error) return refuse(res, 401, 'invalid_token')
      // The proxy adds this to every answer of a backend.
      res.setHeader('content-security-policy', "sandbox; default-src 'none'")
      if (address.endsWith('/refused')) return refuse(res, 401, 'invalid_token')
      return json(res, 200, { address, user })
    }
    return refuse(res, 404, 'not_found')
  }

  return {
    url: server.url,
    close: server.close,
    calls,
    /** The calls to one address, such as `POST /api/nonce`. */
    callsOf: (address: string) => calls.filter((call) => call.address === address),
    nonces,
    /** Has a browser ask for the newest nonce. */
    ask(number = '42') {
      const nonce = [...nonces.values()].at(-1)
      if (!nonce) throw new Error('there is no nonce')
      const asked_by = { browser: 'Firefox', system: 'Linux', address: '192.0.2.7', same_network: false }
      nonce.status = { state: 'asking', number, asked_by }
      return nonce
    },
    /** Whether a link is that of a nonce which is bound to the verifier in its fragment. */
    isBound(link: string): boolean {
      const { searchParams, hash } = new URL(link)
      const verifier = new URLSearchParams(hash.slice(1)).get('verifier') ?? ''
      const digest = createHash('sha256').update(verifier).digest('base64url')
      return nonces.get(searchParams.get('nonce') ?? '')?.challenge === digest
    },
    /** Begins a session, whose cookie this page then has. */
    signIn: (user: string) => fetch(`/sign-in-as/${user}`, { method: 'POST' }),
    /** Has the refresh of all sessions at their provider fail; the sessions stay. */
    failRefreshes() {
      for (const session of sessions.values()) session.error = 'RefreshTokenError'
    },
    /** Ends all sessions; their cookies stay. */
    endSessions: () => sessions.clear(),
    /** Answers an address with something else, until `asUsual` is called. */
    answerInstead: (address: string, handler: Handler) => instead.set(address, handler),
    asUsual: () => instead.clear(),
  }
}

/** Answers JSON. */
export function json(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  res.end(JSON.stringify(body))
}

/** Answers with a refusal as Baton does. */
export function refuse(res: ServerResponse, status: number, error: string): void {
  if (status === 401) res.setHeader('www-authenticate', `Bearer error="${error}", error_description="no"`)
  json(res, status, { error, error_description: 'no' })
}
