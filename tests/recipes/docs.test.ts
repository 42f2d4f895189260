import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { recipeSection } from './support/recipe-section.ts'
import { requireDebian } from './support/require-debian.ts'

test.each([
  ['Express', 'ts', 'express/server.ts'],
  ['Fastify', 'ts', 'fastify/server.ts'],
  ['Hono', 'ts', 'hono/server.ts'],
  ['Node.js with jose', 'ts', 'jose/server.ts'],
  ['FastAPI with Authlib', 'python', 'fastapi/app.py'],
  ['Apache mod_oauth2', 'apache', 'apache/orders.conf'],
])('the recipe for %s is the file that is run', async (heading, language, file) => {
  const text = await readFile(`tests/recipes/${file}`, 'utf8')
  expect(await recipeSection(heading)).toContain(`\n\`\`\`${language}\n${text}\`\`\`\n`)
})

test.each(['Spring Security', 'ASP.NET Core', 'Go'])(
  'the recipe for %s says that it was not run',
  async (heading) => {
    expect(await recipeSection(heading)).toContain('\n- Not run here.\n')
  },
)

test('where a Debian package is missing, a sentence says what to install', () => {
  expect(() => requireDebian(['base-files', 'no-such-package'])).toThrow(
    /Install them as root: apt-get install -y --no-install-recommends no-such-package$/,
  )
})
