import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What is installed: the package's version, and the commit that was built, where the build knew it. */
type Version = { version: string; commit: string | null }

/** Where a build writes its commit, by `scripts/note-commit.ts`. */
export const commitFile = '.next/COMMIT'

let known: Version | undefined

/** The version of this installation. */
export function installedVersion(): Version {
  known ??= { version: versionOf(textOf('package.json')), commit: textOf(commitFile)?.trim() || null }
  return known
}

function versionOf(packageJson = '{}'): string {
  return String((JSON.parse(packageJson) as { version?: unknown }).version)
}

// Next's bundle has a folder of its own; a process of Baton's begins in that of the installation.
function textOf(path: string): string | undefined {
  try {
    return readFileSync(join(process.cwd(), path), 'utf8')
  } catch {
    return undefined
  }
}
