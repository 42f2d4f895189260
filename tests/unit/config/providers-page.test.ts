import { readFileSync } from 'node:fs'
import { exportPKCS8, generateKeyPair } from 'jose'
import { expect, test } from 'vitest'
import { providerOf } from '#lib/config/provider-of.ts'
import { configOf, faultsOf } from '../../support/config.ts'
import { oauthTypes } from './oauth-types.ts'
import { oidcTypes } from './oidc-types.ts'

type Entry = { id: string; type: string }

const sections = readFileSync('docs/providers.md', 'utf8')
  .split(/^## /m)
  .map((text) => ({ title: text.slice(0, text.indexOf('\n')), text, blocks: blocksIn(text) }))
const blocks = sections.flatMap((section) => section.blocks)
const overview = textOf('Overview')
const rows = rowsOf(textOf('Every type')).map(([type = '', , kind, toSet, verified]) => ({
  type: type.replaceAll('`', ''),
  kind,
  toSet,
  verified,
}))

// A server of the operator's own can be of these two types; the page tells of them elsewhere.
const types = [
  ...oidcTypes.map(({ type, entry }) => ({ type, kind: 'oidc', entry })),
  ...oauthTypes.map(({ type, entry }) => ({ type, kind: 'oauth', entry })),
].filter(({ type }) => type !== 'oidc' && type !== 'oauth2')

const { privateKey } = await generateKeyPair('ES256', { extractable: true })
const pem = await exportPKCS8(privateKey)

test('each provider of the overview has a section with a block to copy', () => {
  const named = [...overview.matchAll(/^\| \[[^\]]+\]\(#([^)]+)\)/gm)].map(([, anchor]) => anchor)
  const copyable = sections.filter((section) => section.blocks.length > 0)
  expect(named.length).toBeGreaterThan(15)
  expect(copyable.map(({ title }) => title.toLowerCase().replaceAll(' ', '-'))).toEqual(
    expect.arrayContaining(named),
  )
})

test.each(blocks)('Baton starts with a block of the page as it is: %j', async (entry) => {
  const input = { file: { providers: [entry] }, env: secretsOf(entry) }
  expect(await faultsOf(input)).toEqual([])
  expect(providerOf(entry.id, await configOf(input))).toBeDefined()
})

test('the table of every type has each type once, with its kind', () => {
  const kinds = new Set(types.map(({ type, kind }) => `${type}: ${kind}`))
  expect(rows.map(({ type, kind }) => `${type}: ${kind}`).toSorted()).toEqual([...kinds].toSorted())
})

test.each(rows)(
  'Baton starts with $type and what the table says to set; a verified address: $verified',
  async ({ type, toSet, verified }) => {
    const needed = toSet && types.find((one) => one.type === type && one.entry)?.entry
    const entry = { id: 'p', type, clientId: 'baton', clientSecret: 'a secret', ...(needed || {}) }
    expect(await faultsOf({ file: { providers: [entry] } })).toEqual([])
    const allow = { emailDomains: ['example.org'] }
    expect(await faultsOf({ file: { providers: [{ ...entry, allow }] } })).toEqual(
      verified === 'no' ? [expect.stringContaining('allow.emailDomains')] : [],
    )
  },
)

function textOf(title: string): string {
  return sections.find((section) => section.title === title)?.text ?? ''
}

function blocksIn(text: string): Entry[] {
  return [...text.matchAll(/^```json\n(.*?)^```/gms)].map(([, json = '']) => JSON.parse(json))
}

/** The cells of a table, without its head. */
function rowsOf(text: string): string[][] {
  const [, , ...lines] = text.split('\n').filter((line) => line.startsWith('|'))
  return lines.map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  )
}

/** What a block takes from the environment. */
function secretsOf(entry: Entry): Record<string, string> {
  const names = [...JSON.stringify(entry).matchAll(/\$\{([A-Z0-9_]+)\}/g)].map(([, name = '']) => name)
  return Object.fromEntries(names.map((name) => [name, name.endsWith('_PRIVATE_KEY') ? pem : 'a secret']))
}
