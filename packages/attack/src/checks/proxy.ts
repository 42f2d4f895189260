import type { Check } from '../check.ts'
import type { Kit } from '../kit.ts'
import type { Browser } from '../people/browser.ts'
import { must, Skipped } from '../verdict.ts'

const evil = 'https://evil.example'

const base = ({ options }: Kit) => `/api/backends/${options.backend}`

/** Calls the echo of the backend, and gives the headers that arrived there. */
async function echoed(
  kit: Kit,
  headers: Record<string, string | string[]>,
): Promise<Record<string, unknown>> {
  const browser = await kit.signedIn()
  const answer = await browser.ownPage(echoOf(kit), { headers })
  const { headers: seen } = answer.json()
  if (typeof seen !== 'object' || seen === null)
    throw new Skipped(`no echo there (${answer.status}): give --echo-path, as the demo's backend has it`)
  return seen as Record<string, unknown>
}

function echoOf(kit: Kit): string {
  if (!kit.options.echoPath) throw new Skipped('give a path of the backend that echoes: --echo-path PATH')
  return base(kit) + kit.options.echoPath
}

/** A signed-in browser that may call the backend. */
async function caller(kit: Kit): Promise<Browser> {
  const browser = await kit.signedIn()
  const { status, json } = await browser.ownPage(`${base(kit)}/`)
  // The backend itself may have nothing there.
  if (status === 404 && /backend/.test(String(json().error_description)))
    throw new Skipped(`there is no backend ${kit.options.backend}: give one by --backend NAME`)
  return browser
}

/** Sends a call with the cookie of a visitor in this way; Baton has to refuse it. */
async function mustRefuse(kit: Kit, method: string, headers: Record<string, string>): Promise<void> {
  const browser = await caller(kit)
  // A server that does not refuse it is to do no harm.
  const path = kit.options.echoPath || '/nothing-for-the-attack-kit'
  const answer = await browser.request(base(kit) + path, { method, headers })
  const found = `${method} with ${JSON.stringify(headers)} is answered ${answer.status}`
  must(answer.status === 403 && answer.json().error === 'csrf', `${found}, not 403 csrf`)
}

const escapes = [
  '/..%2fsecret',
  '/%2e%2e/secret',
  '/%2e%2e%2fsecret',
  '/.%2e/secret',
  '/../secret',
  '/..\\secret',
  '/..%5csecret',
  '/%252e%252e/secret',
  '/%252e%252e%252fsecret',
  '/%25252e%25252e%25252fsecret',
  '/..;/secret',
  '/%2e%2e%3b/secret',
  '/%c0%ae%c0%ae/secret',
  '/x%00',
  '/x%0d%0aX-Injected:%201',
]

const strangers = [
  'unknown-of-the-kit',
  '__proto__',
  'constructor',
  '%2e%2e',
  'http:%2f%2fevil.example',
  '@evil.example',
]

export const proxy: Check[] = [
  {
    name: 'proxy-path',
    says: 'no path leads out of the backend, or to a place that another reader would find outside',
    standard: 'RFC 3986, 5.2.4 and 6.2.2; RFC 10017, 6.1.3.6',
    async run(kit) {
      const browser = await caller(kit)
      const targets = escapes.map((path) => base(kit) + kit.options.echoPath + path)
      for (const target of [...targets, `${base(kit)}//evil.example/x`]) {
        const answer = await browser.ownPage(target)
        const isOwn = 'error_description' in answer.json()
        const isRefused = (answer.status === 400 || answer.status === 404) && isOwn
        must(isRefused, `${target} is answered ${answer.status}, as if it had reached the backend`)
      }
    },
  },
  {
    name: 'proxy-unlisted',
    says: 'the proxy calls the listed backends and nothing else',
    standard: 'RFC 10017, 6.1.3.6 (SSRF)',
    async run(kit) {
      const browser = await kit.signedIn()
      for (const name of strangers) {
        const { status } = await browser.ownPage(`/api/backends/${name}/x`)
        must(status === 404 || status === 400, `a backend ${name} is answered ${status}, not 404`)
      }
    },
  },
  {
    name: 'proxy-no-session',
    says: 'a call without a session is 401 with a challenge, and no redirect',
    standard: 'RFC 6750, 3; RFC 9110, 11.6.1',
    async run(kit) {
      const answer = await kit.call(`${base(kit)}/`, { headers: { 'sec-fetch-site': 'same-origin' } })
      if (answer.status === 404) throw new Skipped(`no backend ${kit.options.backend}: give one by --backend`)
      must(answer.status === 401, `without a session it is answered ${answer.status}, not 401`)
      const challenge = answer.headers['www-authenticate'] ?? 'absent'
      must(/^Bearer\b/.test(challenge), `WWW-Authenticate is ${challenge}`)
      must(!/error=/.test(challenge), 'the challenge names an error where no credentials were sent')
    },
  },
  {
    name: 'proxy-bad-bearer',
    says: 'a bad bearer token is refused, and no cookie makes up for it',
    standard: 'RFC 6750, 3.1',
    async run(kit) {
      const browser = await caller(kit)
      const headers = { authorization: `Bearer ${'x'.repeat(43)}` }
      const answer = await browser.ownPage(`${base(kit)}/`, { headers })
      must(answer.status === 401, `a bad bearer with a good cookie is answered ${answer.status}, not 401`)
      const challenge = answer.headers['www-authenticate'] ?? 'absent'
      must(/error="?invalid_token/.test(challenge), `WWW-Authenticate is ${challenge}`)
    },
  },
  {
    name: 'proxy-query-token',
    says: 'a web nonce in an address opens nothing',
    standard: 'RFC 9700, 4.3.2; RFC 6750, 2.3',
    async run(kit) {
      const token = await kit.accounts.appSession()
      for (const name of ['access_token', 'token', 'bearer_token']) {
        const { status } = await kit.call(`${base(kit)}/?${name}=${token}`)
        if (status === 404) throw new Skipped(`no backend ${kit.options.backend}: give one by --backend`)
        must(status === 401, `?${name}= is answered ${status}, not 401`)
      }
    },
  },
  {
    name: 'proxy-credentials',
    says: "the backend gets neither the caller's cookies nor its Authorization",
    standard: 'RFC 10017, 6.1.1; RFC 9700, 4.9.1',
    async run(kit) {
      const seen = await echoed(kit, {
        'x-authorization': 'x',
        'proxy-authorization': 'Basic a2l0OmtpdA==',
      })
      must(seen.cookie === undefined, 'the backend gets cookies')
      must(seen['proxy-authorization'] === undefined, 'the backend gets Proxy-Authorization')
      const web = await kit.accounts.appSession().catch(() => undefined)
      if (web === undefined) return
      const asApp = await kit.call(echoOf(kit), { headers: { authorization: `Bearer ${web}` } })
      must(!asApp.text.includes(web), 'the backend gets the web nonce of the caller')
    },
  },
  {
    name: 'proxy-hop-by-hop',
    says: 'headers of one connection, and those that Connection names, are not sent on',
    standard: 'RFC 9110, 7.6.1',
    async run(kit) {
      const seen = await echoed(kit, {
        connection: 'close, x-requested-with',
        'x-requested-with': 'of-the-kit',
        te: 'trailers',
        'keep-alive': 'timeout=99',
        'proxy-connection': 'keep-alive',
      })
      must(seen['x-requested-with'] === undefined, 'a header that Connection names arrives')
      for (const name of ['te', 'keep-alive', 'proxy-connection'])
        must(seen[name] === undefined, `the backend gets ${name}`)
    },
  },
  {
    name: 'proxy-forwarded',
    says: 'a caller cannot tell the backend that it is somebody else',
    standard: 'RFC 7239, 8.1; RFC 9700, 4.13',
    async run(kit) {
      const address = '203.0.113.66'
      const seen = await echoed(kit, {
        forwarded: `for=${address}`,
        'x-forwarded-for': address,
        'x-real-ip': address,
        'x-forwarded-user': 'admin',
      })
      const told = Object.entries(seen).find(([, value]) => String(value).includes(address))
      must(!told, `the backend is told ${told?.join(': ')}`)
      must(seen['x-forwarded-user'] === undefined, 'the backend gets X-Forwarded-User of the caller')
    },
  },
  {
    name: 'proxy-csrf-fetch',
    says: 'a page of another site cannot call a backend with the cookie of its visitor',
    standard: 'Fetch Metadata; RFC 10017, 6.1.3.3',
    async run(kit) {
      for (const method of ['GET', 'POST'])
        for (const site of ['cross-site', 'same-site'])
          await mustRefuse(kit, method, { 'sec-fetch-site': site })
    },
  },
  {
    name: 'proxy-csrf-origin',
    says: 'where the browser sends no Fetch Metadata, Origin decides, and a POST with neither is refused',
    standard: 'RFC 6454, 7; RFC 10017, 6.1.3.3',
    async run(kit) {
      await mustRefuse(kit, 'POST', {})
      for (const origin of [evil, 'null', `${kit.url.origin}.evil.example`])
        for (const method of ['GET', 'POST']) await mustRefuse(kit, method, { origin })
    },
  },
  {
    name: 'proxy-csrf-navigate',
    says: 'an answer of a backend cannot be opened as a page of this origin',
    standard: 'Fetch Metadata (Sec-Fetch-Mode); RFC 10017, 6.1.4',
    run: (kit) => mustRefuse(kit, 'GET', { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }),
  },
  {
    name: 'proxy-service-worker',
    says: 'an answer of a backend cannot become a service worker of this origin',
    standard: 'Service Workers (Service-Worker: script)',
    run: (kit) => mustRefuse(kit, 'GET', { 'sec-fetch-site': 'same-origin', 'service-worker': 'script' }),
  },
  {
    name: 'proxy-answer',
    says: 'a backend sets no cookie and no policy of this origin, and its answer runs as nothing',
    standard: 'RFC 10017, 6.1.4; CSP (sandbox)',
    async run(kit) {
      const browser = await kit.signedIn()
      const headers = [
        'Set-Cookie:of-the-backend=1',
        'Clear-Site-Data:"cookies"',
        'Service-Worker-Allowed:/',
        'Strict-Transport-Security:max-age=1',
        `Access-Control-Allow-Origin:${evil}`,
      ]
      const query = headers.map((header) => `header=${encodeURIComponent(header)}`).join('&')
      const answer = await browser.ownPage(`${echoOf(kit)}?${query}`)
      if (answer.status !== 200) throw new Skipped(`no echo there (${answer.status}): give --echo-path`)
      const names = headers.map((header) => header.split(':')[0]?.toLowerCase() ?? '')
      const sent = names.find((name) => answer.headers[name] !== undefined)
      must(!sent, `the answer of a backend brings ${sent}`)
      const policy = answer.headers['content-security-policy'] ?? 'absent'
      must(/\bsandbox\b/.test(policy), `Content-Security-Policy of a backend's answer is ${policy}`)
      must(
        answer.headers['x-content-type-options'] === 'nosniff',
        'it has no X-Content-Type-Options: nosniff',
      )
      const cache = answer.headers['cache-control'] ?? 'absent'
      must(/private|no-store/.test(cache) && !/public|s-maxage/.test(cache), `its Cache-Control is ${cache}`)
    },
  },
]
