import type { Check } from '../check.ts'
import { must, Skipped } from '../verdict.ts'

const evil = 'https://evil.example'

export const crossOrigin: Check[] = [
  {
    name: 'cors-foreign',
    says: 'no page of another origin may read an answer that is for the session',
    standard: 'Fetch (CORS protocol); RFC 10017, 6.1.3.3.2',
    async run(kit) {
      const browser = await kit.signedIn()
      const paths = ['/', '/api/auth/session', '/api/auth/csrf', `/api/backends/${kit.options.backend}/`]
      for (const path of [...paths, '/api/nonce', '/api/token'])
        for (const origin of [evil, 'null', `${kit.url.origin}.evil.example`])
          for (const method of ['GET', 'OPTIONS']) {
            const headers = {
              origin,
              'access-control-request-method': 'POST',
              'sec-fetch-site': 'cross-site',
            }
            const { headers: answer } = await browser.request(path, { method, headers })
            const allowed = answer['access-control-allow-origin']
            const isOpen = allowed === origin || (allowed === '*' && path.startsWith('/api/'))
            must(
              !isOpen,
              `${method} ${path} lets ${origin} read it (Access-Control-Allow-Origin: ${allowed})`,
            )
            must(
              answer['access-control-allow-credentials'] === undefined,
              `${method} ${path} allows credentials to ${origin}`,
            )
          }
    },
  },
  {
    name: 'nonce-csrf',
    says: 'a page of another site or a sibling gets no nonce with the cookie of its visitor',
    standard: 'Fetch Metadata; RFC 10017, 6.1.3.3',
    async run(kit) {
      const { cookie } = (await kit.accounts.proof()).headers
      const browser = cookie === undefined ? await kit.signedIn() : undefined
      const ways: Record<string, string>[] = [
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
        { origin: evil },
        { origin: 'null' },
        {},
      ]
      for (const headers of ways) {
        const sent = { cookie: cookie ?? browser?.cookies() ?? '', ...headers }
        const { status } = await kit.call('/api/nonce', { method: 'POST', form: {}, headers: sent })
        must(status === 403, `POST /api/nonce with ${JSON.stringify(headers)} is answered ${status}, not 403`)
      }
    },
  },
  {
    name: 'websocket-foreign',
    says: 'a page of another site opens no WebSocket to a backend with the cookie of its visitor',
    standard: 'RFC 6455, 10.2; Fetch Metadata',
    async run(kit) {
      const [browser, raw] = [await kit.signedIn(), await kit.openRaw()]
      for (const way of [`Origin: ${evil}`, 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-Site: same-site']) {
        const { received } = await raw(
          [
            `GET /api/backends/${kit.options.backend}/ HTTP/1.1`,
            `Host: ${kit.url.host}`,
            `Cookie: ${browser.cookies()}`,
            'Connection: Upgrade',
            'Upgrade: websocket',
            'Sec-WebSocket-Version: 13',
            'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
            way,
            '\r\n',
          ].join('\r\n'),
        )
        const status = /^HTTP\/1\.1 (\d+)/.exec(received)?.[1]
        if (status === '404') throw new Skipped(`no backend ${kit.options.backend}: give one by --backend`)
        must(status === '403', `a handshake with ${way} is answered ${status ?? 'nothing'}`)
      }
    },
  },
]
