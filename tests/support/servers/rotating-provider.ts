import { text } from 'node:stream/consumers'
import { listen } from '../partners.ts'

/**
 * Starts a provider whose refresh tokens `r0`, `r1` … work once each. A reuse ends its grant (RFC 9700,
 * section 4.14.2).
 */
export async function startRotatingProvider() {
  const state = {
    current: 'r0',
    issued: 0,
    isDead: false,
    /** The refresh tokens that came, and those that were revoked. */
    asked: [] as string[],
    revoked: [] as string[],
    revocationStatus: 200,
    /** Answers wait for this; what they say has been decided by then. */
    hold: Promise.resolve(),
  }
  const server = await listen(async (req, res) => {
    const url = `http://${req.headers.host}`
    const form = new URLSearchParams(await text(req))
    res.setHeader('content-type', 'application/json')
    if (req.url === '/revoke') {
      state.revoked.push(form.get('token') ?? '')
      res.writeHead(state.revocationStatus).end()
      return
    }
    if (req.url !== '/token') {
      const endpoints = { token_endpoint: `${url}/token`, revocation_endpoint: `${url}/revoke` }
      res.end(JSON.stringify({ issuer: url, ...endpoints }))
      return
    }
    const refreshToken = form.get('refresh_token') ?? ''
    state.asked.push(refreshToken)
    if (state.isDead || refreshToken !== state.current) {
      state.isDead = true
      res.writeHead(400).end('{"error":"invalid_grant"}')
      return
    }
    state.issued += 1
    state.current = `r${state.issued}`
    const answer = {
      access_token: `a${state.issued}`,
      refresh_token: state.current,
      token_type: 'Bearer',
      expires_in: 60,
    }
    await state.hold
    res.end(JSON.stringify(answer))
  })
  return {
    url: server.url,
    close: server.close,
    state,
    /** Starts again with `r0`. */
    reset: () =>
      Object.assign(state, {
        current: 'r0',
        issued: 0,
        isDead: false,
        asked: [],
        revoked: [],
        revocationStatus: 200,
        hold: Promise.resolve(),
      }),
    /** Holds answers back until it is called. */
    holdBack(): () => void {
      const { promise, resolve } = Promise.withResolvers<void>()
      state.hold = promise
      return resolve
    },
  }
}
