import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

test('the scripts of package.json run in any shell, that of Windows included', async () => {
  const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as {
    scripts: Record<string, string>
  }
  expect(Object.keys(scripts).length).toBeGreaterThan(20)
  for (const [name, command] of Object.entries(scripts))
    for (const part of command.split(' && ')) {
      // `NAME=value node`, variables, quotes of one kind and lists are a shell's own.
      expect([name, part]).toEqual([name, expect.not.stringMatching(/^\w+=|\$|%|[';|<>`]/)])
      expect([name, part]).toEqual([
        name,
        expect.stringMatching(/^(node|npm|npx|prisma|next|tsc|biome|knip|vitest|playwright|changeset) ?/),
      ])
    }
})
