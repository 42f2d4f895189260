import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { checks } from '../src/checks/all.ts'
import { usage } from '../src/options.ts'

const document = readFileSync('docs/attack.md', 'utf8')

test('docs/attack.md has a row for each check, in the order of the list, as the command says it', () => {
  const rows = [...document.matchAll(/^\| `([\w-]+)` \| (.+) \| (.+) \|$/gm)].map((row) => row.slice(1, 4))
  expect(rows).toEqual(checks.map(({ name, says, standard }) => [name, says, standard]))
})

test('no two checks have one name', () => {
  expect(new Set(checks.map(({ name }) => name)).size).toBe(checks.length)
})

test('docs/attack.md names every option and variable that the usage names', () => {
  const named = usage.match(/--[a-z-]+|BATON_ATTACK_\w+/g) ?? []
  expect(named.length).toBeGreaterThan(20)
  expect(named.filter((name) => !document.includes(name))).toEqual([])
})
