import { readFile } from 'node:fs/promises'

/** What stands under a heading of the recipes of that document. Throws where there is none. */
export async function recipeSection(
  heading: string,
  document = 'docs/verify-tokens-recipes.md',
): Promise<string> {
  const sections = (await readFile(document, 'utf8')).split(/^## /m)
  const section = sections.find((text) => text.startsWith(`${heading}\n`))
  if (section === undefined) throw new Error(`the recipes have no section ${heading}`)
  return section
}
