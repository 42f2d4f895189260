import { execFile } from 'node:child_process'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { imageOf, largestImage } from '#lib/config/image.ts'
import { configOf, faultsOf } from '../../support/config.ts'

const svg = '<svg xmlns="http://www.w3.org/2000/svg"/>'
const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
const webp = Buffer.from('524946461a000000574542505650384c', 'hex')
const jpeg = Buffer.from('ffd8ffe000104a464946', 'hex')

const files = { 'brand/logo.svg': svg, 'brand/dark.PNG': png, 'icon.webp': webp, 'photo.png': jpeg }
const withBranding = (branding: object) => ({ file: { branding }, files })

test('without branding the pages are those of Baton', async () => {
  const { branding, brandFiles } = await configOf()
  expect(branding).toEqual({ name: 'Baton', links: {} })
  expect(brandFiles.size).toBe(0)
})

test('pictures are read from beside the configuration, and their addresses name their bytes', async () => {
  const { branding, brandFiles } = await configOf(
    withBranding({ logo: { light: 'brand/logo.svg', dark: './brand/dark.PNG' }, icon: 'icon.webp' }),
  )
  expect([...brandFiles].map(([name, { type }]) => [name, type])).toEqual([
    ['logo-light', 'image/svg+xml'],
    ['logo-dark', 'image/png'],
    ['icon', 'image/webp'],
  ])
  const pathOf = (name: string) => `/brand/${name}?v=${brandFiles.get(name)?.version}`
  expect(branding.logo).toEqual({ light: pathOf('logo-light'), dark: pathOf('logo-dark') })
  expect(branding.icon).toBe(pathOf('icon'))
  expect(branding.icon).toMatch(/\?v=[\w-]{16}$/)
  const other = { ...files, 'icon.webp': Buffer.concat([webp, webp]) }
  const changed = await configOf({ file: { branding: { icon: 'icon.webp' } }, files: other })
  expect(changed.branding.icon).not.toBe(branding.icon)
})

test('one logo is that of light and dark pages', async () => {
  const { branding, brandFiles } = await configOf(withBranding({ logo: 'brand/logo.svg' }))
  expect(branding.logo?.dark).toBe(branding.logo?.light)
  expect([...brandFiles.keys()]).toEqual(['logo-light'])
})

test.each([
  [
    'missing',
    { logo: 'none.svg' },
    /branding\.logo: none\.svg cannot be read \(ENOENT\).*none\.svg, beside.*mend the path/,
  ],
  [
    'a folder',
    { icon: 'brand.svg' },
    /branding\.icon: brand\.svg is no regular file; give the path of a file/,
  ],
  ['of another type', { icon: 'icon.ico' }, /branding\.icon: icon\.ico.*ends in \.svg, \.png or \.webp/],
  ['too large', { logo: 'large.svg' }, /branding\.logo: large\.svg has 101 kB; make it at most 100 kB/],
  ['not what its name says', { icon: 'photo.png' }, /branding\.icon: photo\.png is not what its name says/],
  ['no picture', { icon: 'page.svg' }, /branding\.icon: page\.svg is not what its name says/],
  [
    'missing for one scheme',
    { logo: { light: 'brand/logo.svg', dark: 'none.png' } },
    /branding\.logo\.dark: none\.png cannot be read/,
  ],
])('a picture that is %s is a fault that says what to do', async (_, branding, fault) => {
  const more = {
    'large.svg': svg.padEnd(largestImage + 1),
    'page.svg': '<html><svg></svg></html>',
    'brand.svg/picture.svg': svg,
  }
  expect(await faultsOf({ file: { branding }, files: { ...files, ...more } })).toEqual([
    expect.stringMatching(fault),
  ])
})

test('what is no regular file is a fault, and nothing reads it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'baton-brand-'))
  try {
    // A pipe into which nobody writes, and a device that has no end.
    await promisify(execFile)('mkfifo', [join(folder, 'pipe.svg')])
    await symlink('/dev/zero', join(folder, 'zero.png'))
    for (const name of ['pipe.svg', 'zero.png']) {
      const icon = join(folder, name)
      expect(await faultsOf({ file: { branding: { icon } } })).toEqual([
        `FILE: branding.icon: ${icon} is no regular file; give the path of a file`,
      ])
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('a picture of just the greatest size is none', async () => {
  const large = { 'large.svg': svg.padEnd(largestImage) }
  expect(await faultsOf({ file: { branding: { icon: 'large.svg' } }, files: large })).toEqual([])
})

test('faults of pictures are told beside all others', async () => {
  const file = { branding: { icon: 'none.svg' }, backends: 'none', auditDays: -1 }
  const faults = await faultsOf({ file })
  expect(faults.join('\n')).toMatch(/none\.svg cannot be read/)
  expect(faults.join('\n')).toMatch(/auditDays/)
})

test.each<string | object>(['#00695C', { light: '#00695c', dark: '#4db6ac' }])(
  'the accent %j is a style sheet with an address of its own',
  async (accentColor) => {
    const { branding, brandFiles } = await configOf({ file: { branding: { accentColor } } })
    const sheet = brandFiles.get('accent.css')
    expect(sheet?.type).toBe('text/css')
    expect(sheet?.bytes.toString()).toBe(branding.accent?.style)
    expect(branding.accent?.style).toMatch(/^html:root\{--accent:light-dark\(#00695c,#[0-9a-f]{6}\);/)
    expect(branding.accent?.path).toBe(`/brand/accent.css?v=${sheet?.version}`)
  },
)

test.each([
  ['no colour', 'teal', 'branding.accentColor: give a colour as #rrggbb'],
  ['a short one', '#fc0', 'branding.accentColor: give a colour as #rrggbb'],
  ['too pale', '#ffcc00', 'branding.accentColor: #ffcc00 has a contrast of 1.3:1'],
  ['too dark', { light: '#00695c', dark: '#003020' }, 'branding.accentColor.dark: #003020 has a contrast of'],
  ['no second one', { light: '#00695c' }, 'branding.accentColor: give a colour as #rrggbb, or {'],
  ['a number', 7, 'branding.accentColor: give a colour as #rrggbb, or {'],
])('an accent that is %s is a fault', async (_, accentColor, fault) => {
  expect(await faultsOf({ file: { branding: { accentColor } } })).toEqual([
    expect.stringContaining(`FILE: ${fault}`),
  ])
})

test('help may be an address for letters', async () => {
  const links = { help: 'mailto:help@example.org', privacy: 'https://example.org/privacy?of=all' }
  expect((await configOf({ file: { branding: { links } } })).branding.links).toEqual(links)
})

test.each([
  ['help', 'javascript:alert(1)'],
  ['help', 'mailto:help@example.org?body=x'],
  ['help', 'help@example.org'],
  ['privacy', 'javascript:alert(1)'],
  ['privacy', 'mailto:help@example.org'],
  ['terms', 'data:text/html,x'],
  ['terms', '/terms'],
  ['imprint', 'https://example.org'],
])('the link %s cannot lead to %s', async (name, address) => {
  expect(await faultsOf({ file: { branding: { links: { [name]: address } } } })).toEqual([
    expect.stringContaining('FILE: branding.links'),
  ])
})

const withUri = (name: string, uri: string) => ({ file: { clients: [{ client_id: 'shop', [name]: uri }] } })

test.each(['client_uri', 'logo_uri', 'policy_uri', 'tos_uri'])(
  'the %s of a client is an address of the web, and nothing that runs',
  async (name) => {
    expect(await faultsOf(withUri(name, 'https://shop.example.org/x?y'))).toEqual([])
    for (const uri of ['javascript:alert(1)', 'data:image/png,x', 'ftp://shop.example.org/x', '/logo.png'])
      expect(await faultsOf(withUri(name, uri))).toContain(
        `FILE: clients[0].${name}: give an absolute http(s) URL`,
      )
  },
)

test('a logo comes by https, or from this machine; pages that people visit may be of http', async () => {
  for (const name of ['client_uri', 'policy_uri', 'tos_uri'])
    expect(await faultsOf(withUri(name, 'http://shop.example.org/'))).toEqual([])
  expect(await faultsOf(withUri('logo_uri', 'http://127.0.0.1:3005/logo.png?of=shop'))).toEqual([])
  expect(await faultsOf(withUri('logo_uri', 'http://shop.example.org/logo.png'))).toEqual([
    'FILE: clients[0].logo_uri: use https (plain http is allowed for loopback addresses only)',
  ])
})

const withName = {
  'branding.name': (name: string) => ({ file: { branding: { name } } }),
  'clients[0].client_name': (client_name: string) => ({
    file: { clients: [{ client_id: 'shop', client_name }] },
  }),
}

test.each([
  ['branding.name', 60],
  ['clients[0].client_name', 100],
] as const)('%s has %i characters at most, and none that deceives', async (path, longest) => {
  for (const name of ['متجر Example', 'Öl & Co', '👩‍🌾 עסק', 'x'.repeat(longest)])
    expect([name, await faultsOf(withName[path](name))]).toEqual([name, []])
  expect(await faultsOf(withName[path]('x'.repeat(longest + 1)))).toEqual([
    expect.stringMatching(new RegExp(`^FILE: ${path.replace(/[[\]]/g, '\\$&')}: .*\\b${longest}\\b`)),
  ])
  expect(await faultsOf(withName[path]('')).then(({ length }) => length)).toBe(1)
  for (const code of [
    ...[0x00, 0x09, 0x0a, 0x1b, 0x7f, 0x85, 0x61c, 0x200e, 0x200f],
    ...[0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069],
  ])
    expect([code, await faultsOf(withName[path](`a${String.fromCodePoint(code)}b`))]).toEqual([
      code,
      [
        `FILE: ${path}: leave out control characters, such as line ends, and characters that set the ` +
          'direction of text',
      ],
    ])
})

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="no"?>'
const publicId = '"-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd"'

test.each([
  ['image/png', png],
  ['image/webp', webp],
  ['image/jpeg', jpeg],
  ['image/svg+xml', svg],
  ['image/svg+xml', '<svg>'],
  ['image/svg+xml', '<svg\n\twidth="1"/>'],
  ['image/svg+xml', '\r\n  <svg/>'],
  ['image/svg+xml', `\ufeff${declaration}\n<!-- by > hand -->\n<svg/>`],
  ['image/svg+xml', `${declaration}<?xml-stylesheet href="#style" type="text/css"?>${svg}`],
  ['image/svg+xml', `${declaration}\n<!-- Created with a program -->\n\n<svg:svg xmlns:svg="x"/>`],
  ['image/svg+xml', `${declaration}\n<!DOCTYPE svg PUBLIC ${publicId}>\n${svg}`],
  ['image/svg+xml', `<!DOCTYPE svg>${svg}`],
  ['image/svg+xml', `<!----><!-- a -- b -->${svg}`],
  ['image/svg+xml', `<!--${'x'.repeat(50_000)}-->${svg}`],
  ['image/svg+xml', `${'<!---->'.repeat(14_000)}<svg/>`],
  [undefined, `${'<!---->'.repeat(14_000)}<html>`],
  [undefined, '<!--'.repeat(25_000)],
  [undefined, '<!DOCTYPE svg'.repeat(7_000)],
  [undefined, ' '.repeat(100_000)],
  [undefined, ''],
  [undefined, 'GIF89a'],
  [undefined, '<html><svg/></html>'],
  [undefined, 'text <svg/>'],
  [undefined, '<svgx/>'],
  [undefined, '<svg'],
  [undefined, '<!-- <svg/>'],
  [undefined, '<!--> <svg/>'],
  [undefined, '<?xml <svg/>'],
  [undefined, `<!DOCTYPE html>${svg}`],
  [undefined, `<!DOCTYPE svg [<!ENTITY a "b">]>${svg}`],
  [undefined, `<!DOCTYPE svg [ %other; ]>${svg}`],
  [undefined, 'RIFF....WAVE'],
])('the type of a picture is %s by how %.60j begins', (type, bytes) => {
  expect(imageOf(Buffer.from(bytes as string))?.type).toBe(type)
})
