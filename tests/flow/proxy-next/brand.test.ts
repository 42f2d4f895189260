import { expect } from 'vitest'
import { fullConfig } from '../../support/full-config.ts'
import { listen } from '../../support/partners.ts'
import { pictures } from '../../support/pictures.ts'
import { registration } from '../../support/relying-party.ts'
import type { StagePartners } from '../../support/stage.ts'
import { test as base, perFile } from '../../support/test.ts'

const svg = '<svg xmlns="http://www.w3.org/2000/svg"/>'

const test = base
  .extend('shop', perFile, ({ closing }) => closing(listen((_, res) => res.end(pictures.png))))
  .extend('setup', perFile, ({ shop }) => ({
    files: { 'logo.svg': svg },
    config: (partners: StagePartners) =>
      fullConfig(partners, {
        branding: { name: 'Example', logo: 'logo.svg', accentColor: '#00695c' },
        clients: [registration('shop', { logo_uri: shop.url })],
      }),
  }))

test('pages and their pictures are the same where Next is the entry', async ({ newcomer }) => {
  const person = newcomer()
  const html = await (await person.request('/')).text()
  expect(html).toMatch(/<title>[^<]*Example<\/title>/)
  for (const [pattern, type] of [
    [/src="(\/brand\/logo-light\?v=[^"]+)"/, 'image/svg+xml'],
    [/href="(\/brand\/accent\.css\?v=[^"]+)"/, 'text/css'],
  ] as const) {
    const answer = await person.request(pattern.exec(html)?.[1] ?? '/none')
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type])
    expect(answer.headers.get('cache-control')).toMatch(/immutable/)
  }
  const logo = await person.request('/brand/applications/shop')
  expect([logo.status, Buffer.from(await logo.arrayBuffer())]).toEqual([200, pictures.png])
  expect(logo.headers.get('content-security-policy')).toMatch(/sandbox$/)
  for (const path of ['/brand/icon', '/brand/applications/nobody'])
    expect((await person.request(path)).status).toBe(404)
})
