import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { recipeSection } from '../recipes/support/recipe-section.ts'

const document = 'docs/connect-a-web-application-recipes.md'

test.each([
  ['Auth.js v5', 'next-app/auth.ts'],
  ['Auth.js v5', 'next-app/app/api/auth/[...nextauth]/route.ts'],
  ['Auth.js v5', 'next-app/app/signin/baton/route.ts'],
  ['Auth.js v5', 'next-app/app/signout/route.ts'],
  ['express-openid-connect', 'express/server.ts'],
  ['Better Auth', 'better-auth/auth.ts'],
  ['Better Auth', 'better-auth/server.ts'],
  ['Passport', 'passport/baton.ts'],
  ['Passport', 'passport/server.ts'],
  ['oidc-client-ts', 'spa/src/baton.ts'],
])('the recipe for %s shows examples/%s as it runs', async (heading, file) => {
  const name = file.slice(file.indexOf('/') + 1)
  const recipe = withoutItsPage(await readFile(`examples/${file}`, 'utf8'))
  expect(recipe.split('\n').length).toBeGreaterThan(5)
  expect(await recipeSection(heading, document)).toContain(`\n\`\`\`ts\n// ${name}\n${recipe}\`\`\`\n`)
})

test('the recipe for mod_auth_openidc is the file that is run', async () => {
  const text = await readFile('tests/recipes/apache/web-application.conf', 'utf8')
  expect(await recipeSection('Apache mod_auth_openidc', document)).toContain(
    `\n\`\`\`apache\n${text}\`\`\`\n`,
  )
})

/** The file without the part that serves the example's own page, where it has one. */
function withoutItsPage(text: string): string {
  return text.replace(/\n\/\/ #region The page of this example\n.*?\/\/ #endregion\n/s, '')
}
