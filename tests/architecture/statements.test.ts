import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { sources, textOf } from './imports.ts'

const own = sources.filter((file) => file.startsWith('lib/db/') && !file.startsWith('lib/db/generated/'))
const placeholder = /\$\{[^}]*\}/g

/** The names of prepared statements in a file; `…` stands for what a template puts in. */
function preparedIn(file: string): string[] {
  const text = textOf(file)
  const named = [...text.matchAll(/\bname: (?:'([^']+)'|`([^`]+)`),\s+text:/g)].map(
    ([, plain, template = '']) => plain ?? template.replaceAll(placeholder, '…'),
  )
  const nonces = [...text.matchAll(/= revokeNonces\(\s*'([^']+)'/g)].map(([, name = '']) => name)
  const pages = [...text.matchAll(/\bonPage\('([^']+)'/g)].map(([, name]) => `${name} by …`)
  return [...named, ...nonces, ...pages].filter((name) => name !== '… by …')
}

/** The functions of a file that ask by Prisma's raw queries, or by its models. */
function askingIn(file: string): string[] {
  return textOf(file)
    .split(/^(?=(?:export )?(?:async )?function)/m)
    .filter((part) => /\.\$(?:query|execute)Raw|\bdb\.[a-z]+\.find/.test(part))
    .flatMap((part) => /^(?:export )?(?:async )?function\*? (\w+)/.exec(part)?.[1] ?? [])
}

// These run what others give them.
const runners = ['within']

test('docs/scale.md names every statement of lib/db, and no other', async () => {
  const page = await readFile('docs/scale.md', 'utf8')
  const section = page.slice(page.indexOf('## The statements'), page.indexOf('## Which databases'))
  const rows = [...section.matchAll(/^\| (`[^|]+) \|([^|]+)\|$/gm)]
  for (const [row, , needs = ''] of rows)
    expect([row, needs.trim()]).toEqual([row, expect.stringMatching(/\S/)])
  const listed = rows.flatMap(([, names = '']) => [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => name))

  const prepared = own.flatMap(preparedIn)
  const asking = own.flatMap(askingIn).filter((name) => !runners.includes(name))
  expect(prepared.length).toBeGreaterThan(40)
  expect(asking.length).toBeGreaterThan(25)
  expect(listed.toSorted()).toEqual([...prepared, ...asking].toSorted())
})
