import { createHash, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import {
  calculateJwkThumbprint,
  createRemoteJWKSet,
  EmbeddedJWK,
  generateKeyPair,
  type JWK,
  jwtVerify,
  SignJWT,
} from 'jose'
import { listen } from '../../../../tests/support/partners.ts'

const TYPE = 'urn:ietf:params:oauth:token-type:'

type Call = { address: string; headers: IncomingMessage['headers']; form: URLSearchParams; body: string }
type Refusal = [status: number, error: string, description?: string]
type Handler = (res: ServerResponse, call: Call) => void

export type SmallBaton = Awaited<ReturnType<typeof startSmallBaton>>

/**
 * Starts the endpoints of Baton that an app uses. They check requests strictly. The client is
 * `demo-phone`, with `secret` when it is given. Proofs of keys need the nonce of now.
 */
export async function startSmallBaton({ secret }: { secret?: string } = {}) {
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  const sessions = new Map<string, { subject: string; idToken: string; jkt: string | undefined }>()
  const proofs = new Set<string>()
  let dpopNonce = 'nonce-1'
  const nonces = new Map<string, string | null>()
  const calls: Call[] = []
  const instead = new Map<string, Handler>()
  let trusted: { issuer: string; jwksUri: string } | undefined

  const server = await listen(async (req, res) => {
    const body = await text(req)
    const address = `${req.method} ${req.url?.split('?')[0]}`
    const call = { address, headers: req.headers, form: new URLSearchParams(body), body }
    calls.push(call)
    const handler = instead.get(address)
    if (handler) return handler(res, call)
    try {
      await answer(call, res)
    } catch (refusal) {
      if (!Array.isArray(refusal)) throw refusal
      refuse(res, refusal as Refusal, call)
    }
  })

  async function answer(call: Call, res: ServerResponse): Promise<void> {
    if (call.headers.dpop) res.setHeader('dpop-nonce', dpopNonce)
    if (call.address === 'POST /oidc/token') return json(res, 200, await exchange(call))
    if (call.address === 'POST /oidc/revoke') {
      authenticate(call)
      const token = one(call.form, 'token') ?? ''
      if (sessions.get(token)?.jkt !== (await keyOf(call)))
        throw [400, 'invalid_dpop_proof'] satisfies Refusal
      sessions.delete(token)
      return void res.writeHead(200, { 'content-length': 0 }).end()
    }
    if (call.address === 'GET /api/auth/session') return json(res, 200, await ownSession(call))
    if (call.address === 'POST /api/nonce') return json(res, 200, await issueNonce(call))
    if (call.address === 'GET /api/nonce/status') {
      await bearer(call)
      throw [400, 'invalid_request'] satisfies Refusal
    }
    if (call.address === 'POST /api/token') {
      await bearer(call)
      if (call.body !== '') throw [400, 'invalid_request'] satisfies Refusal
      return json(res, 200, { token_type: 'Bearer', expires_in: 3600, access_token: 'upstream' })
    }
    if (call.address.includes(' /api/backends/')) {
      const { subject } = await bearer(call)
      // The proxy adds this to every answer of a backend.
      res.setHeader('content-security-policy', "sandbox; default-src 'none'")
      return json(res, 200, { subject, body: call.body, headers: call.headers })
    }
    throw [404, 'not_found'] satisfies Refusal
  }

  async function ownSession(call: Call) {
    const { subject, idToken } = await bearer(call)
    const user = { id: subject, name: `Name of ${subject}`, email: null, image: null }
    return { user, sid: idToken, expires: new Date(Date.now() + 1_800_000).toISOString(), provider: null }
  }

  async function exchange(call: Call) {
    authenticate(call)
    const { form } = call
    const jkt = await keyOf(call)
    const subjectToken = one(form, 'subject_token') ?? ''
    if (one(form, 'grant_type') !== 'urn:ietf:params:oauth:grant-type:token-exchange')
      throw [400, 'unsupported_grant_type'] satisfies Refusal

    if (one(form, 'subject_token_type') === `${TYPE}id_token`) {
      const subject = await subjectOf(subjectToken)
      const idToken = createHash('sha256').update(subjectToken).digest('hex')
      for (const [webNonce, session] of sessions) if (session.idToken === idToken) sessions.delete(webNonce)
      const webNonce = randomBytes(32).toString('base64url')
      sessions.set(webNonce, { subject, idToken, jkt })
      return token(webNonce, 1800, jkt)
    }

    const session = sessions.get(subjectToken)
    if (one(form, 'subject_token_type') !== `${TYPE}access_token` || !session || session.jkt !== jkt)
      throw [400, 'invalid_request', 'the subject token is not acceptable'] satisfies Refusal
    const resource = one(form, 'resource')
    if (!resource?.startsWith('https://backend.example')) throw [400, 'invalid_target'] satisfies Refusal
    const jwt = await new SignJWT({ sub: session.subject, client_id: 'demo-phone', sid: 'of a test' })
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt' })
      .setIssuer(`${server.url}/oidc`)
      .setAudience(resource)
      .setJti(randomBytes(8).toString('hex'))
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(privateKey)
    return token(jwt, 300, jkt)
  }

  async function issueNonce(call: Call) {
    await bearer(call)
    const { form } = call
    const challenge = one(form, 'code_challenge') ?? null
    if (
      challenge === null ? form.has('code_challenge_method') : one(form, 'code_challenge_method') !== 'S256'
    )
      throw [400, 'invalid_request'] satisfies Refusal
    const target = one(form, 'target')
    if (target !== undefined && target !== 'demo-web') throw [403, 'unauthorized_client'] satisfies Refusal
    const nonce = randomBytes(32).toString('base64url')
    nonces.set(nonce, challenge)
    const iss = encodeURIComponent(`${server.url}/oidc`)
    const uri =
      target && challenge === null
        ? `https://web.example/sign-in?iss=${iss}&nonce=${nonce}`
        : `${server.url}/handoff?nonce=${nonce}`
    return { nonce, expires_in: 30, handoff_uri: uri }
  }

  async function subjectOf(idToken: string): Promise<string> {
    try {
      if (!trusted) throw new Error('nobody is trusted')
      const keys = createRemoteJWKSet(new URL(trusted.jwksUri))
      return String((await jwtVerify(idToken, keys, { issuer: trusted.issuer })).payload.sub)
    } catch {
      throw [400, 'invalid_request', 'the subject token is not acceptable'] satisfies Refusal
    }
  }

  function authenticate({ headers, form }: Call): void {
    const encodedSecret = new URLSearchParams([['', secret ?? '']]).toString().slice(1)
    const basic = `Basic ${btoa(`demo-phone:${encodedSecret}`)}`
    const isRight = secret
      ? headers.authorization === basic && !form.has('client_id')
      : headers.authorization === undefined && one(form, 'client_id') === 'demo-phone'
    if (!isRight) throw [401, 'invalid_client'] satisfies Refusal
  }

  async function bearer(call: Call) {
    const { headers } = call
    const [, scheme, token = ''] = /^(Bearer|DPoP) (.*)$/.exec(headers.authorization ?? '') ?? []
    const session = sessions.get(token)
    const jkt = scheme === 'DPoP' ? await keyOf(call, token) : undefined
    if (!session || headers.cookie || session.jkt !== jkt) throw [401, 'invalid_token'] satisfies Refusal
    return session
  }

  /** The key that a call proves; `undefined` without a proof. RFC 9449, section 4.3. */
  async function keyOf({ address, headers }: Call, accessToken?: string): Promise<string | undefined> {
    const { dpop } = headers
    if (dpop === undefined) return undefined
    const [method, path = ''] = address.split(' ')
    const status = path.startsWith('/oidc/') ? 400 : 401
    const { protectedHeader, payload } = await jwtVerify(String(dpop), EmbeddedJWK, {
      algorithms: ['ES256'],
      typ: 'dpop+jwt',
    }).catch(() => {
      throw [status, 'invalid_dpop_proof', 'no proof'] satisfies Refusal
    })
    const ath = accessToken && createHash('sha256').update(accessToken).digest('base64url')
    const isRight =
      payload.htm === method &&
      payload.htu === server.url + path &&
      payload.ath === ath &&
      Object.keys(protectedHeader.jwk as object).join() === 'kty,crv,x,y' &&
      !proofs.has(String(payload.jti))
    if (!isRight) throw [status, 'invalid_dpop_proof'] satisfies Refusal
    if (payload.nonce !== dpopNonce) throw [status, 'use_dpop_nonce'] satisfies Refusal
    proofs.add(String(payload.jti))
    return calculateJwkThumbprint(protectedHeader.jwk as JWK)
  }

  return {
    url: server.url,
    close: server.close,
    /** The live web nonces. */
    sessions,
    /** Hand-off nonces with the challenges they are bound to. */
    nonces,
    calls,
    /** Makes all proofs need a newer nonce. */
    renewNonce() {
      dpopNonce = `nonce-${randomBytes(8).toString('hex')}`
    },
    /** The calls to one address, such as `POST /api/nonce`. */
    callsOf: (address: string) => calls.filter((call) => call.address === address),
    publicKey,
    trust(issuer: string, jwksUri: string) {
      trusted = { issuer, jwksUri }
    },
    /** Answers an address with something else, until `asUsual` is called. */
    answerInstead: (address: string, handler: Handler) => instead.set(address, handler),
    asUsual: () => instead.clear(),
  }
}

/** Answers JSON. */
export function json(
  res: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  res.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers })
  res.end(JSON.stringify(body))
}

/** Answers with a refusal as Baton does. */
export function refuse(
  res: ServerResponse,
  [status, error, description = 'no']: Refusal,
  { headers }: Pick<Call, 'headers'> = { headers: {} },
): void {
  const scheme = headers.dpop === undefined ? 'Bearer' : 'DPoP'
  const challenge = `${scheme} error="${error}", error_description="${description}"`
  json(
    res,
    status,
    { error, error_description: description },
    status === 401 ? { 'www-authenticate': challenge } : {},
  )
}

function token(value: string, expiresIn: number, jkt: string | undefined) {
  return {
    access_token: value,
    issued_token_type: `${TYPE}access_token`,
    token_type: jkt === undefined ? 'Bearer' : 'DPoP',
    expires_in: expiresIn,
  }
}

function one(form: URLSearchParams, name: string): string | undefined {
  const values = form.getAll(name)
  if (values.length > 1 || values[0] === '') throw [400, 'invalid_request'] satisfies Refusal
  return values[0]
}
