import { expect } from 'vitest'
import { httpCall } from '../../support/clients/http-call.ts'
import { fullConfig } from '../../support/full-config.ts'
import { settledLines } from '../../support/log-lines.ts'
import { listen } from '../../support/partners.ts'
import { pictures } from '../../support/pictures.ts'
import { registration } from '../../support/relying-party.ts'
import { startTunnelProxy, tunnelTo } from '../../support/servers/tunnel-proxy.ts'
import type { StagePartners } from '../../support/stage.ts'
import { test as base, perFile } from '../../support/test.ts'

const script = '<script>document.title = "run"</script>'
const svg = `<svg xmlns="http://www.w3.org/2000/svg">${script}</svg>`
const { png, webp } = pictures

const branding = {
  // Not a place in a page, whatever it looks like.
  name: 'Example & Sons [[nonce]] [[content]]',
  logo: { light: 'logo.svg', dark: 'logo.png' },
  icon: 'icon.webp',
  accentColor: '#00695c',
  links: { help: 'mailto:help@example.org', privacy: 'https://example.org/privacy' },
}
const files = { 'logo.svg': svg, 'logo.png': png, 'icon.webp': webp }

const test = base
  /** The server of an application, with its logo. */
  .extend('shop', perFile, async ({ closing }) => {
    const asked: string[] = []
    const server = await closing(
      listen((req, res) => {
        asked.push(`${req.method} ${req.url}`)
        if (req.url === '/moved.png') res.writeHead(302, { location: '/logo.png' })
        res.end(req.url === '/drawing.png' ? svg : png)
      }),
    )
    return { ...server, asked }
  })
  .extend('outgoing', perFile, ({ closing }) => closing(startTunnelProxy()))
  .extend('setup', perFile, ({ shop, outgoing }) => ({
    files,
    env: { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: outgoing.url },
    config: (partners: StagePartners) => {
      const { clients } = fullConfig(partners) as { clients: object[] }
      const more = ['logo', 'moved', 'drawing'].map((name) =>
        registration(`${name}-shop`, { logo_uri: `${shop.url}/${name}.png` }),
      )
      return fullConfig(partners, { branding, clients: [...clients, ...more] })
    },
  }))
  .extend(
    'call',
    perFile,
    ({ baton, host }) =>
      (path: string, method = 'GET') =>
        httpCall(baton.address, path, { method, headers: { host } }),
  )
  .extend('html', perFile, async ({ call }) => (await call('/sign-in')).text)

/** The addresses of Baton's own pictures and style sheets that a page names. */
const named = (html: string) => [...html.matchAll(/"(\/brand\/[^"]+)"/g)].map(([, path = '']) => path)

test('a page names the pictures of the operator, whose addresses browsers keep for a year', async ({
  call,
  html,
}) => {
  const found = await Promise.all(named(html).map(async (path) => [path, await call(path)] as const))
  const types = found.map(([path, { headers }]) => [
    path.replace(/\?v=[\w-]{16}$/, ''),
    headers['content-type'],
  ])
  expect(types.toSorted()).toEqual([
    ['/brand/icon', 'image/webp'],
    ['/brand/logo-dark', 'image/png'],
    ['/brand/logo-light', 'image/svg+xml'],
  ])
  for (const [, { status, headers }] of found) {
    expect([status, headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable'])
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['content-security-policy']).toBe("default-src 'none'; style-src 'unsafe-inline'; sandbox")
    expect(headers['set-cookie']).toBeUndefined()
  }
  const [light] = found.filter(([path]) => path.startsWith('/brand/logo-light'))
  expect(light?.[1].text).toBe(svg)
})

test('another version is not kept for long, and there is no other file', async ({ call }) => {
  for (const path of ['/brand/icon', '/brand/icon?v=0123456789abcdef'])
    expect((await call(path)).headers['cache-control']).toBe('public, max-age=300')
  for (const name of ['', 'icon.webp', 'logo', 'constructor', '..%2fbaton.config.json', 'applications'])
    expect([name, (await call(`/brand/${name}`)).status]).toEqual([name, 404])
  const refused = await call('/brand/icon', 'POST')
  expect([refused.status, refused.headers.allow]).toEqual([405, 'GET, HEAD'])
  const head = await call('/brand/icon', 'HEAD')
  expect([head.status, head.text, head.headers['content-length']]).toEqual([200, '', String(webp.length)])
})

test('all pages have the name, the links and the colours of the operator', async ({ call, html }) => {
  const sheet = await call('/brand/accent.css')
  expect(sheet.headers['content-type']).toBe('text/css')
  expect(sheet.text).toContain('--accent:light-dark(#00695c,')
  expect(html).toContain(`${sheet.text}</style>`)
  const home = (await call('/')).text
  expect(home).toMatch(/<link rel="stylesheet" href="\/brand\/accent\.css\?v=[\w-]{16}"/)
  for (const page of [html, home]) {
    expect(page).toMatch(/<title>[^<]*Example &amp; Sons \[\[nonce\]\] \[\[content\]\]<\/title>/)
    expect(page).toMatch(
      /<a [^>]*aria-label="[^"]*Example &amp; Sons[^"]*"[^>]*><picture>.*?<img [^>]*alt="Ex/,
    )
    expect(page).toMatch(/<link rel="icon" href="\/brand\/icon\?v=/)
    expect(page).toContain('href="mailto:help@example.org"')
    expect(page).toContain('href="https://example.org/privacy"')
    expect(page).not.toContain('Baton')
  }
})

test("an application's logo comes from Baton alone, and through the outgoing proxy", async ({
  call,
  shop,
  outgoing,
}) => {
  const { status, headers, body } = await call('/brand/applications/logo-shop')
  expect([status, headers['content-type'], body]).toEqual([200, 'image/png', png])
  expect(headers['content-security-policy']).toBe("default-src 'none'; style-src 'unsafe-inline'; sandbox")
  expect(headers['cache-control']).toBe('public, max-age=300')
  expect((await call('/brand/applications/logo-shop', 'HEAD')).status).toBe(200)
  expect(shop.asked.filter((line) => line === 'GET /logo.png')).toEqual(['GET /logo.png'])
  expect(outgoing.seen).toContain(tunnelTo(shop.url))
})

test('a logo that cannot be had is 404, and the log says why', async ({ call, baton }) => {
  for (const id of ['moved-shop', 'drawing-shop', 'web', 'nobody', ''])
    expect([id, (await call(`/brand/applications/${id}`)).status]).toEqual([id, 404])
  expect((await call('/brand/applications/%ff')).status).toBe(400)
  const lines = (await settledLines(baton)).filter(({ event }) => event === 'logo.failed')
  expect(lines.map(({ client, reason }) => [client, reason])).toEqual([
    ['moved-shop', 'it redirects (302); give the address that it leads to'],
    ['drawing-shop', 'it is an SVG; give a PNG, WebP or JPEG'],
  ])
})
