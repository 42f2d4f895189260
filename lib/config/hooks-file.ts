import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

const names = ['baton.hooks.ts', 'baton.hooks.js']

/**
 * The absolute path of the operator's own code beside a configuration file, if it is there. Two of it are a
 * fault.
 */
export function hooksFileBeside(configurationFile: string, faults: string[]): string | undefined {
  const folder = dirname(resolve(configurationFile))
  const [file, other] = names.map((name) => join(folder, name)).filter((path) => existsSync(path))
  if (other) faults.push(`${file} and ${other}: which of them? Remove one`)
  return file
}
