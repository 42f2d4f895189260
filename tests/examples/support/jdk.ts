import { execFile, spawnSync } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Where no locale is set, an older JDK would read and write ASCII. */
export const utf8 = ['-Dfile.encoding=UTF-8', '-Dstdout.encoding=UTF-8']

/** Throws a sentence that says what to install where there is no JDK. */
export function requireJdk(compiler = 'javac'): void {
  if (spawnSync(compiler, ['--version']).status === 0) return
  throw new Error(
    'This example needs a JDK of version 17 or newer. Install one as root: ' +
      'apt-get install -y --no-install-recommends default-jdk-headless',
  )
}

/** Compiles all Java files below these folders, with every warning an error. */
export async function compileJava(folders: readonly string[], into: string): Promise<void> {
  const found = await Promise.all(folders.map((folder) => readdir(folder, { recursive: true })))
  const files = found.flatMap((names, index) => names.map((name) => join(folders[index] ?? '', name)))
  const sources = files.filter((file) => file.endsWith('.java'))
  await run('javac', [
    '-encoding',
    'UTF-8',
    '-Xlint:all',
    '-Werror',
    '--release',
    '17',
    '-d',
    into,
    ...sources,
  ])
}

/** Runs the main method of a class, and gives what it wrote. Throws when it fails. */
export async function runJava(classes: string, name: string): Promise<string> {
  return (await run('java', [...utf8, '-cp', classes, name])).stdout
}
