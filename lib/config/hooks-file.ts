import { readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

const names = ['baton.hooks.ts', 'baton.hooks.js']

/**
 * The absolute path of the operator's own code beside a configuration file, if it is there. Two of it are a
 * fault, and so is a file whose name is nearly that: whoever wrote it means it to be asked.
 */
export function hooksFileBeside(configurationFile: string, faults: string[]): string | undefined {
  const folder = dirname(resolve(configurationFile))
  const there = entriesOf(folder).filter((name) => /^baton[._-]?hooks?\.\w+$/i.test(name))
  const [file, other] = names.filter((name) => there.includes(name)).map((name) => join(folder, name))
  if (other) faults.push(`${file} and ${other}: which of them? Remove one`)
  for (const name of there)
    if (!names.includes(name))
      faults.push(`${join(folder, name)}: call it ${names.join(' or ')}, or remove it`)
  return file
}

// Whether the configuration itself can be read is told elsewhere.
function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
