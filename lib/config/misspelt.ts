import { environmentSchema } from './environment.ts'
import { nearMiss } from './near-miss.ts'

/** What Baton reads, at start or in a build. */
const known = [...Object.keys(environmentSchema.shape), 'BATON_COMMIT']

/**
 * Variables that Baton does not read, and that look as if it should, with the one that was probably meant.
 * A start does not mind them, as every environment has many of others.
 */
export function misspeltVariables(
  variables: NodeJS.ProcessEnv = process.env,
): { name: string; meant: string | undefined }[] {
  return Object.keys(variables).flatMap((name) => {
    if (known.includes(name.toUpperCase())) return []
    const meant = name.length >= 8 ? nearMiss(name, known) : undefined
    const isLike = meant !== undefined && meant[0] === name[0]
    return name.startsWith('BATON_') || isLike ? { name, meant } : []
  })
}
