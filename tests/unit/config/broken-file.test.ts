import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readConfig } from '#lib/config/load.ts'
import { authSecret } from '../../support/baton.ts'
import { faultsOf } from '../../support/config.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'baton-broken-file-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** The faults of a file with these bytes. */
async function faultsOfBytes(bytes: Buffer): Promise<string[]> {
  const path = join(folder, 'baton.config.json')
  await writeFile(path, bytes)
  const { faults } = await readConfig({
    NODE_ENV: 'production',
    BATON_URL: 'https://baton.example.org',
    AUTH_SECRET: authSecret,
    BATON_CONFIG: path,
  })
  return faults.map((fault) => fault.replace(path, 'FILE'))
}

const provider = { id: 'p', type: 'oidc', issuer: 'https://op.example.org', clientId: 'b' }

test('a byte order mark counts for nothing', async () => {
  expect(await faultsOfBytes(Buffer.from('\ufeff{"auditDays": 3}'))).toEqual([])
})

test.each([
  ['UTF-16 of Windows', Buffer.from('\ufeff{}', 'utf16le')],
  ['UTF-16 of networks', Buffer.from('\ufeff{}', 'utf16le').swap16()],
  ['Latin-1', Buffer.from('{"$schema": "Bär"}', 'latin1')],
])('%s is told by what to do', async (_, bytes) => {
  expect(await faultsOfBytes(bytes)).toEqual(['FILE: is not UTF-8; save it as UTF-8'])
})

test('UTF-16 without a mark is told as well', async () => {
  expect(await faultsOfBytes(Buffer.from('{}', 'utf16le'))).toEqual([
    'FILE: is not JSON (line 1, column 2: the file is not UTF-8, as it seems: save it as UTF-8)',
  ])
})

test('a setting that is there twice is a fault with its place, each of them, and so are others', async () => {
  const text =
    '{\n  "auditDays": 3,\n  "limits": {"nonces": false, "n\\u006fnces": false},\n  "auditDays": 0\n}'
  expect(await faultsOf({ file: text })).toEqual([
    'FILE: line 3, column 31: "n\\u006fnces" is there already, in line 3',
    'FILE: line 4, column 3: "auditDays" is there already, in line 2',
    expect.stringMatching(/^FILE: auditDays: /),
  ])
})

test.each([
  ['lists', '['.repeat(100_000) + ']'.repeat(100_000)],
  ['objects', '{"a":'.repeat(100_000)],
])('%s without end within each other are a fault, and no crash', async (_, text) => {
  expect(await faultsOf({ file: text })).toEqual([
    expect.stringMatching(/^FILE: is not JSON \(line 1, column \d+: more than 64 lists and objects/),
  ])
})

test.each([
  ['closed', `{"$schema": "${'é'.repeat(3_000_000)}"}`, []],
  ['open', `{"$schema": "${'a'.repeat(3_000_000)}`, [expect.stringContaining('a double quote is missing')]],
])('a text of millions of characters is read, %s or not', async (_, text, faults) => {
  expect(await faultsOf({ file: text })).toEqual(faults)
})

test.each([
  ['gogle', 'google'],
  ['keyclock', 'keycloak'],
  ['oauth', 'oauth2'],
  ['oicd', 'oidc'],
])('the type %s gets the one that was meant', async (type, meant) => {
  expect(await faultsOf({ file: { providers: [{ ...provider, type }] } })).toEqual([
    expect.stringContaining(`there is no provider of type "${type}"; did you mean "${meant}"?`),
  ])
})

test('a required setting that is misspelt is one fault, and others stay faults', async () => {
  const { clientId, ...others } = provider
  expect(await faultsOf({ file: { providers: [{ ...others, clinetId: clientId }] } })).toEqual([
    'FILE: providers[0]: Unrecognized key: "clinetId"; did you mean "clientId"?',
  ])
  const { id: _, ...nameless } = others
  expect(await faultsOf({ file: { providers: [{ ...nameless, clinetId: clientId }] } })).toEqual([
    expect.stringMatching(/^FILE: providers\[0\]\.id: /),
    'FILE: providers[0]: Unrecognized key: "clinetId"; did you mean "clientId"?',
  ])
  expect(await faultsOf({ file: { providers: [{ ...provider, clientId: 5, clinetId: 'b' }] } })).toEqual([
    expect.stringMatching(/^FILE: providers\[0\]\.clientId: /),
    'FILE: providers[0]: Unrecognized key: "clinetId"; did you mean "clientId"?',
  ])
})
