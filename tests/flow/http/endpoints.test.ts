import { Readable } from 'node:stream'
import { expect } from 'vitest'
import { endpoints } from '#lib/endpoints/all.ts'
import { type Endpoint, methods, methodsOf } from '#lib/endpoints/endpoint.ts'
import { readHandoffPage } from '../../support/clients/handoff-page.ts'
import { type CallOptions, httpCall, type Reply } from '../../support/clients/http-call.ts'
import { appOrigin } from '../../support/full-config.ts'
import { ownId } from '../../support/own-id.ts'
import { perFile } from '../../support/test.ts'
import { test as base } from '../../support/test-apps.ts'

const longest = 64 * 1024
const ownPage = { 'sec-fetch-site': 'same-origin' }
const form = { 'content-type': 'application/x-www-form-urlencoded' }
const strangers = ['https://evil.example', `${appOrigin}.evil.example`, `${appOrigin}:8443`, 'null']

/** An address of a row: of rows that stand for more than one, an address that answers. */
function addressOf({ path }: Endpoint): string {
  const answering: Record<string, string> = {
    '/api/backends/*': '/api/backends/demo/api/authenticated/echo',
    '/api/auth/*': '/api/auth/csrf',
    '/oidc/*': '/oidc/token',
    '/*': '/',
  }
  return answering[path] ?? path.replace('*', 'example')
}

/** The methods of a row. A page that Next renders has two. */
function methodsAt({ answer, onNode, asRoute, isPage }: Endpoint): readonly string[] {
  const handlers = onNode ?? answer ?? asRoute
  if (isPage && !handlers) return ['GET', 'HEAD']
  return methodsOf(handlers ?? {})
}

/** Rows of the table with their path as the name of a test. */
function rows(isMeant: (row: Endpoint) => unknown): [path: string, row: Endpoint][] {
  return endpoints.filter(isMeant).map((row) => [row.path, row])
}

const test = base
  .extend(
    'call',
    perFile,
    ({ baton, host }) =>
      (row: Endpoint, { headers, ...options }: CallOptions = {}, path = addressOf(row)): Promise<Reply> => {
        const [method] = methodsAt(row).includes('POST') ? ['POST'] : methodsAt(row)
        return httpCall(baton.address, path, { method, ...options, headers: { host, ...headers } })
      },
  )
  /** What a row answers to a call from Baton's own page, and its refusals of other calls. */
  .extend('answerAndRefusals', perFile, ({ call }) => async (row: Endpoint) => {
    const answer = await call(row, {
      headers: ownPage,
      ...(row.path !== '/sign-out/provider' && { method: 'GET' }),
    })
    const isMissing = row.path === '/_next/static/*' || row.path.startsWith('/preview')
    expect([200, 303, 308, 410, ...(isMissing ? [404] : [])]).toContain(answer.status)
    const tooLong = { ...ownPage, 'content-length': String(longest + 1) }
    const refused: [number, CallOptions][] = [
      [405, { method: 'PUT' }],
      [413, { headers: tooLong, body: Buffer.alloc(longest + 1) }],
      [421, { headers: { host: 'evil.example' } }],
      ...(row.csrf ? [[403, { headers: { 'sec-fetch-site': 'cross-site' } }] as [number, CallOptions]] : []),
    ]
    const refusals = await Promise.all(refused.map(([, options]) => call(row, options)))
    expect(refusals.map(({ status }) => status)).toEqual(refused.map(([status]) => status))
    return [answer, ...refusals]
  })

test.for(rows((row) => row.isPage))(
  '%s has the headers of a page, on its refusals too',
  async ([, row], { answerAndRefusals }) => {
    for (const { headers } of await answerAndRefusals(row)) {
      expect(headers['content-security-policy']).toMatch(
        /script-src ('self' )?'nonce-.*frame-ancestors 'none'/,
      )
      expect(headers['x-frame-options']).toBe('DENY')
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(headers['referrer-policy']).toMatch(/^(same-origin|no-referrer)$/)
    }
  },
)

test.for(rows((row) => row.headers))(
  '%s has its own headers, on its refusals too',
  async ([, { headers: own = {}, ...row }], { answerAndRefusals }) => {
    for (const { headers } of await answerAndRefusals(row))
      for (const [name, value] of Object.entries(own)) expect(headers[name.toLowerCase()]).toContain(value)
  },
)

test.for(rows(() => true))(
  '%s gives each answer an id of its own, on its refusals too, whatever id the caller sends',
  async ([, row], { call }) => {
    const asked: CallOptions[] = [
      { method: 'GET', headers: ownPage },
      { headers: ownPage },
      { method: 'PUT', headers: ownPage },
      { headers: ownPage, body: Buffer.alloc(longest + 1) },
      { headers: { host: 'evil.example' } },
      preflight(appOrigin, 'POST'),
    ]
    const answers = await Promise.all(
      asked.map(({ headers, ...rest }) =>
        call(row, { ...rest, headers: { ...headers, 'x-request-id': 'a' } }),
      ),
    )
    const ids = answers.map(({ headers }) => headers['x-request-id'])
    expect(ids).toEqual(asked.map(() => expect.stringMatching(ownId)))
    expect(new Set(ids).size).toBe(asked.length)
  },
)

test.for(rows((row) => row.csrf === 'same-origin'))(
  '%s takes a POST from a page of Baton, and from no other',
  async ([, row], { baton, call }) => {
    const foreign: Record<string, string>[] = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'cross-site', origin: baton.url },
      { origin: 'https://evil.example' },
      // As Safari had it of another site's form that was sent again.
      { 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' },
      {},
    ]
    for (const headers of foreign) {
      const answer = await call(row, { headers })
      expect([answer.status, answer.json().error]).toEqual([403, 'csrf'])
    }
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const own = { headers: { ...ownPage, ...form }, body: 'provider=demo&language=en' }
    expect((await call(row, own)).status).toBeLessThan(400)
  },
)

test.for(rows((row) => row.csrf === 'token'))(
  '%s refuses a POST that says that another site sends it, and asks others for their token',
  async ([, row], { call }) => {
    const error = async (headers: Record<string, string>) => {
      const answer = await call(row, { headers: { ...form, ...headers }, body: 'x=1' })
      return [answer.status, answer.headers['content-type']?.includes('json') && answer.json().error]
    }
    for (const site of ['cross-site', 'same-site', 'same-origin, cross-site'])
      expect(await error({ 'sec-fetch-site': site })).toEqual([403, 'csrf'])
    // The token alone lets a form in, and none of these has one.
    for (const site of ['same-origin', 'none', undefined]) {
      const [status] = await error(site === undefined ? {} : { 'sec-fetch-site': site })
      expect([302, 400, 403, 410]).toContain(status)
    }
  },
)

test.for(['/api/auth/callback/demo', '/oidc/authorize', '/oidc/logout'])(
  '%s takes a form of another site, which decides nothing by itself',
  async (path, { baton, host }) => {
    const headers = { host, ...form, 'sec-fetch-site': 'cross-site', origin: 'https://idp.example' }
    const answer = await httpCall(baton.address, path, { method: 'POST', headers, body: 'state=x' })
    expect([302, 303]).toContain(answer.status)
    expect(answer.headers['set-cookie']).toBeUndefined()
  },
)

test('of two cookies of one name neither counts, at any address', async ({
  baton,
  host,
  person,
  newcomer,
}) => {
  const cookie = await person.cookies()
  const [session = ''] = /baton\.session=[^;]+/.exec(cookie) ?? []
  const get = (path: string, sent: string) =>
    httpCall(baton.address, path, { headers: { host, cookie: sent, ...ownPage } })
  const proxied = '/api/backends/demo/api/authenticated/greeting'
  for (const other of ['baton.session=tossed', session]) {
    for (const sent of [`${session}; ${other}`, `${other}; ${session}`]) {
      expect((await get(proxied, sent)).status).toBe(401)
      expect((await get('/api/auth/session', sent)).body.toString()).toBe('null')
      expect((await get('/sessions', sent)).headers.location).toContain('/sign-in')
    }
  }
  expect((await get(proxied, `${session}; other=1; other=2`)).status).toBe(200)

  const { nonce } = await person.askForNonce()
  const browser = newcomer()
  const page = await browser.request(`/handoff?nonce=${nonce}`)
  const { fields } = readHandoffPage(await page.text())
  const proof = await browser.cookies('/handoff')
  const post = (sent: string) =>
    httpCall(baton.address, '/handoff', {
      method: 'POST',
      headers: { host, ...form, ...ownPage, cookie: sent },
      body: new URLSearchParams(fields).toString(),
    })
  expect((await post(`${proof}; ${proof.split('=')[0]}=tossed`)).status).toBe(403)
  expect((await post(proof)).status).toBe(303)
})

test.for(rows((row) => !row.anyHost))('%s is served for no other host', async ([, row], { call }) => {
  for (const method of methodsAt(row)) {
    const answer = await call(row, { method, headers: { host: 'evil.example' } })
    expect(answer.status).toBe(421)
    if (method !== 'HEAD') expect(answer.json().error).toBe('misdirected_request')
  }
})

test.for(rows((row) => row.anyHost))(
  '%s is served for any host, at exactly its own path',
  async ([path, row], { call }) => {
    const headers = { host: 'evil.example' }
    for (const own of [path, `${path}?a=b`]) expect((await call(row, { headers }, own)).status).toBe(200)
    for (const near of [`${path}/`, `${path}/x`, `${path}x`, `/${path}`, path.toUpperCase()])
      expect((await call(row, { headers }, near)).status).toBe(421)
  },
)

const preflight = (origin: string, method: string): CallOptions => ({
  method: 'OPTIONS',
  headers: {
    origin,
    'sec-fetch-site': 'cross-site',
    'access-control-request-method': method,
    'access-control-request-headers': 'authorization',
  },
})

/** What an answer lets the page of another origin do, if anything. */
function opened({ status, headers }: Reply) {
  const names = Object.keys(headers).filter((name) => name.startsWith('access-control-'))
  expect(names).not.toContain('access-control-allow-credentials')
  // No cache keeps a refusal.
  if (names.length > 0 && status < 400) expect(headers.vary).toMatch(/\bOrigin\b/)
  return headers['access-control-allow-origin']
}

test.for(rows((row) => row.cors))(
  "%s answers the preflight of a client's page with its methods",
  async ([, row], { call }) => {
    const answer = await call(row, preflight(appOrigin, 'POST'))
    expect([answer.status, opened(answer)]).toEqual([204, appOrigin])
    const allowed = String(answer.headers['access-control-allow-methods']).split(', ')
    const own = row.body === 'streamed' ? methods : methodsAt(row)
    expect(allowed.toSorted()).toEqual([...own].toSorted())
    expect(answer.headers['access-control-allow-headers']).toMatch(/\bauthorization\b/i)
  },
)

test.for(rows((row) => row.cors === 'always'))(
  "%s can be read by a client's page, with and without a bearer token",
  async ([, row], { app, call }) => {
    const origin = { origin: appOrigin, 'sec-fetch-site': 'cross-site' }
    for (const token of [undefined, 'x'.repeat(43), await app.webNonce()]) {
      const headers = { ...origin, ...(token && { authorization: `Bearer ${token}` }) }
      expect(opened(await call(row, { headers }))).toBe(appOrigin)
    }
    expect(opened(await call(row, { method: 'PUT', headers: origin }))).toBe(appOrigin)
  },
)

test.for(rows((row) => row.cors === 'bearer' && row.path.startsWith('/api/backends/')))(
  "%s can be read by a client's page that calls by bearer, and not by one that rides on a cookie",
  async ([, row], { app, person, call }) => {
    const origin = { origin: appOrigin, 'sec-fetch-site': 'cross-site' }
    const bearer = async (token: string) => {
      const answer = await call(row, { headers: { ...origin, authorization: `Bearer ${token}` } })
      return [answer.status, opened(answer)]
    }
    expect(await bearer(await app.webNonce())).toEqual([200, appOrigin])
    expect(await bearer('x'.repeat(43))).toEqual([401, appOrigin])

    const cookie = await person.cookies()
    const closed: [number, Record<string, string>][] = [
      [401, {}],
      [403, { cookie }],
      [200, { cookie, ...ownPage }],
    ]
    for (const [status, headers] of closed) {
      const answer = await call(row, { headers: { ...origin, ...headers } })
      expect([answer.status, opened(answer)]).toEqual([status, undefined])
    }
  },
)

// The OpenID Provider decides for itself: its metadata is public, a preflight does not name its client yet,
// and its answer to a client is open to the origins of that client.
const isProvider = ({ path }: Endpoint) => path.includes('/oidc')

test.for(rows((row) => !row.cors && !isProvider(row)))(
  "%s can be read by no page of another origin, not even a client's",
  async ([, row], { app, call }) => {
    const headers = { origin: appOrigin, authorization: `Bearer ${await app.webNonce()}` }
    const answers = [await call(row, { headers }), await call(row, preflight(appOrigin, 'POST'))]
    expect(answers.map(opened)).toEqual([undefined, undefined])
  },
)

test.for(rows((row) => !isProvider(row)))(
  "%s can be read by no page of an origin that is not a client's",
  async ([, row], { app, call }) => {
    const authorization = `Bearer ${await app.webNonce()}`
    for (const origin of strangers) {
      const calls = [{}, { authorization }].map((headers) => ({ headers: { origin, ...headers } }))
      for (const options of [...calls, preflight(origin, 'POST')])
        expect(opened(await call(row, options))).toBeUndefined()
    }
  },
)

test.for(rows((row) => methodsAt(row).length < methods.length))(
  '%s refuses a method that it has no handler for, and names those that it has',
  async ([, row], { call }) => {
    const own = methodsAt(row)
    for (const method of methods.filter((each) => !own.includes(each))) {
      const answer = await call(row, { method, headers: ownPage })
      expect([method, answer.status, answer.headers.allow]).toEqual([method, 405, own.join(', ')])
      if (method !== 'HEAD') expect(answer.json().error).toBe('method_not_allowed')
    }
  },
)

test.for(rows((row) => row.body === 'form'))(
  '%s answers to a form of unknown length as to one of known length',
  async ([, row], { call }) => {
    const fields = 'nonce=x&token=x&logout_token=x&grant_type=refresh_token&refresh_token=x'
    const [whole, chunked] = await Promise.all(
      [fields, Readable.from([fields.slice(0, 9), fields.slice(9)])].map((body) =>
        call(row, { headers: { ...ownPage, ...form }, body }),
      ),
    )
    expect(chunked?.status).toBe(whole?.status)
    expect(chunked?.text).not.toContain('Content-Length')
    if (whole?.headers['content-type']?.includes('json')) expect(chunked?.text).toBe(whole.text)
  },
)

test.for(rows((row) => !row.body))('%s refuses a body of unknown length', async ([, row], { call }) => {
  const answer = await call(row, { headers: { ...ownPage, ...form }, body: Readable.from(['a=', 'b']) })
  expect([answer.status, answer.json().error]).toEqual([400, 'invalid_request'])
})

test.for(rows((row) => row.body !== 'streamed'))('%s refuses more than 64 KiB', async ([, row], { call }) => {
  const headers = { ...ownPage, ...form }
  const send = (bytes: number) =>
    call(row, { headers: { ...headers, 'content-length': String(bytes) }, body: Buffer.alloc(bytes, '&') })
  const answer = await send(longest + 1)
  expect([answer.status, answer.json().error]).toEqual([413, 'payload_too_large'])
  expect((await send(longest)).status).not.toBe(413)
})

test.for(rows((row) => row.body === 'streamed'))(
  '%s passes on more than 64 KiB, of any length',
  async ([, row], { app, call }) => {
    const headers = { authorization: `Bearer ${await app.webNonce()}` }
    const body = 'x'.repeat(longest + 1)
    for (const sent of [body, Readable.from([body.slice(0, 9), body.slice(9)])])
      expect((await call(row, { headers, body: sent })).json().body).toBe(body)
  },
)

test('without a contact in the configuration there is no security.txt', async ({ baton }) => {
  const answer = await fetch(`${baton.url}/.well-known/security.txt`)
  expect(answer.status).toBe(404)
  expect(await answer.json()).toMatchObject({ error: 'not_found' })
})
