import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { configOf } from '../../support/config.ts'
import { secretsOf } from '../../support/tutorial/with-section.ts'

const folder = 'docs/come-from'
const guides = readdirSync(folder).filter((file) => file !== 'README.md')
const read = (file: string) => readFileSync(join(folder, file), 'utf8')

/** The blocks of a guide that are files of this name. */
const filesOf = (guide: string, name: string) =>
  [...read(guide).matchAll(/^\*\*`(.+)`\*\*\n\n```\w+\n([\s\S]*?)^```$/gm)]
    .filter(([, file]) => file === name)
    .map(([, , text = '']) => text)

/** Names of all settings, at any depth of the configuration's schema. */
function settings(schema: unknown, names = new Set<string>()): Set<string> {
  if (typeof schema !== 'object' || schema === null) return names
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'properties') for (const name of Object.keys(value)) names.add(name)
    settings(value, names)
  }
  return names
}

test('each guide is named where people choose one', () => {
  expect(guides).toHaveLength(4)
  for (const guide of guides) {
    expect(read('README.md')).toContain(`](${guide})`)
    expect(readFileSync('README.md', 'utf8')).toContain(`](${folder}/${guide})`)
  }
})

test.each(guides)(
  '%s says what maps to what, what gets better, what is missing and how to go back',
  (guide) => {
    const headings = [...read(guide).matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)
    const wanted = [
      'What maps to what',
      'Side by side',
      'What gets better',
      'What has no counterpart',
      'Moving over',
    ]
    expect(headings).toEqual(wanted)
    expect(read(guide)).toMatch(/^- \*\*Back\.\*\* /m)
  },
)

test.each(guides)('Baton starts with the configuration of %s, and with its `.env` alone', async (guide) => {
  const [files, environments] = [filesOf(guide, 'baton.config.json'), filesOf(guide, '.env')]
  expect([files.length, environments.length]).toEqual([1, 1])
  const [file = '', environment = ''] = [...files, ...environments]
  const values = secretsOf(environment.replaceAll(/^(\w+)=.*$/gm, '$${$1}'))
  const given = Object.fromEntries(
    [...environment.matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [
      name,
      value === '…' ? values[name] : value,
    ]),
  )
  const { providers, url } = await configOf({ file, env: given })
  expect([providers.length, url]).toEqual([1, given.BATON_URL])
})

test.each(guides)('the settings that %s maps to are settings of Baton', (guide) => {
  const known = settings(JSON.parse(readFileSync('baton.schema.json', 'utf8')))
  const column = [...read(guide).matchAll(/^\|[^|]*\|([^|]*)\|$/gm)].map(([, second]) => second ?? '')
  const named = column.flatMap((cell) => [...cell.matchAll(/`([a-z]\w*(?:\[\])?(?:\.\w+)+)`/gi)])
  const paths = named.map(([, path = '']) => path)
  expect(paths.length).toBeGreaterThan(0)
  const unknown = paths.filter((path) => path.split('.').some((name) => !known.has(name.replace('[]', ''))))
  expect(unknown).toEqual([])
})
