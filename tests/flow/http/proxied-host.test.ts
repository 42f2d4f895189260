import { request } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { expect } from 'vitest'
import { rawRequest } from '../../support/clients/raw-request.ts'
import { expectRefusal } from '../../support/clients/refusal.ts'
import { listen } from '../../support/partners.ts'
import type { Setup } from '../../support/stage.ts'
import { test as base, perFile } from '../../support/test.ts'

const inner = 'baton.internal:8080'

type Told = (host: string) => Record<string, string>

const test = base
  .extend('setup', perFile, {
    config: (partners) => partners.config({ trustedProxies: ['127.0.0.0/8'] }),
    isBehindProxy: true,
  } satisfies Setup)
  /** Starts a reverse proxy that calls Baton by another name; gives what says how it tells the public one. */
  .extend('tellBy', perFile, async ({ stage: { baton, publicPort }, closing }) => {
    let told: Told = () => ({})
    const server = listen(async (req, res) => {
      const headers = { ...req.headers, ...told(String(req.headers.host)), host: inner }
      const passed = request(new URL(req.url ?? '/', baton.address), { method: req.method, headers })
      passed.on('response', (answer) => {
        res.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
        pipeline(answer, res).catch(() => {})
      })
      await pipeline(req, passed).catch(() => res.destroy())
    }, publicPort)
    await closing(server)
    return (teller: Told) => {
      told = teller
    }
  })

const tellers: [name: string, told: Told][] = [
  ['X-Forwarded-Host', (host) => ({ 'x-forwarded-host': host })],
  ['Forwarded', (host) => ({ forwarded: `for=198.51.100.1;host="${host}";proto=http` })],
]

test.for(tellers)(
  'behind a proxy that rewrites Host and tells the public one by %s, a whole sign-in works',
  async ([, told], { baton, newcomer, tellBy }) => {
    tellBy(told)
    const person = newcomer()
    await person.signIn()
    expect((await person.session())?.user.name).toBe('Demo User')
    expect((await person.askForNonce()).handoff_uri.startsWith(`${baton.url}/handoff?`)).toBe(true)
    expect((await person.request('/sessions')).status).toBe(200)
  },
)

type Asked = [what: string, headers: (own: string) => Record<string, string | string[]>]

test.for<Asked>([
  ['another host', () => ({ 'x-forwarded-host': 'evil.example' })],
  ['another host, while Host is right', (own) => ({ host: own, 'x-forwarded-host': 'evil.example' })],
  ['another host by Forwarded', (own) => ({ host: own, forwarded: 'host=evil.example' })],
  ['another one first', (own) => ({ 'x-forwarded-host': `evil.example, ${own}` })],
  ['another one last', (own) => ({ 'x-forwarded-host': `${own}, evil.example` })],
  ['two in two lines', (own) => ({ 'x-forwarded-host': [own, 'evil.example'] })],
  ['two in two headers', (own) => ({ 'x-forwarded-host': own, forwarded: 'host=evil.example' })],
  ['an empty one', (own) => ({ host: own, 'x-forwarded-host': '' })],
  ['none, and Host is wrong', () => ({})],
])('what a proxy tells is refused: %s', async ([, headers], { baton, host }) => {
  const answer = await rawRequest(baton.address, { path: '/', headers: { host: inner, ...headers(host) } })
  await expectRefusal(answer, 421, 'misdirected_request')
})

test.for<Asked>([
  ['nothing, and Host is right', (own) => ({ host: own })],
  ['the host in upper case', (own) => ({ 'x-forwarded-host': own.toUpperCase() })],
  ['the same host twice', (own) => ({ 'x-forwarded-host': [own, own] })],
  ['the same host by both headers', (own) => ({ 'x-forwarded-host': own, forwarded: `host="${own}"` })],
  [
    'the host where the caller has made one up',
    (own) => ({ forwarded: `host=evil.example, for=198.51.100.1;host="${own}"` }),
  ],
])('what a proxy tells is believed: %s', async ([, headers], { baton, host }) => {
  const answer = await rawRequest(baton.address, { path: '/', headers: { host: inner, ...headers(host) } })
  expect(answer.status).toBe(200)
})

test('the probes answer whatever a proxy tells', async ({ baton }) => {
  const headers = { host: inner, 'x-forwarded-host': 'evil.example' }
  expect((await rawRequest(baton.address, { path: '/api/health', headers })).status).toBe(200)
})
