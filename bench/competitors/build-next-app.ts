import { createHash } from 'node:crypto'
import { cpSync, globSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench } from '../bench.ts'

const source = new URL('./authjs-guide', import.meta.url).pathname
const built = new URL('../.build/authjs-guide', import.meta.url).pathname
const lock = new URL('../../package-lock.json', import.meta.url).pathname

export const nextProgram = new URL('../../node_modules/next/dist/bin/next', import.meta.url).pathname

/**
 * Builds the competitors' Next app when it has changed, in a folder that git and the linter ignore. Returns
 * the folder.
 */
export function builtNextApp(bench: Bench): Promise<string> {
  return bench.once('the production build of the Next app (about 20 s the first time)', async () => {
    const stamp = join(built, '.next/stamp')
    const digest = digestOf(source)
    if (readIfThere(stamp) === digest) return built
    rmSync(built, { recursive: true, force: true })
    cpSync(source, built, { recursive: true })
    const build = bench.start({
      name: 'next build',
      args: [nextProgram, 'build'],
      cwd: built,
      env: { AUTH_SECRET: 'needed by no build' },
      cores: bench.cores.any,
    })
    await build.ended
    if (!statSync(join(built, '.next/BUILD_ID'), { throwIfNoEntry: false }))
      throw new Error(`the Next app could not be built:\n${build.output()}`)
    writeFileSync(stamp, digest)
    return built
  })
}

function digestOf(folder: string): string {
  const files = globSync('**/*.{ts,tsx}', { cwd: folder }).sort()
  const hash = createHash('sha256').update(readFileSync(lock))
  for (const file of files) hash.update(file).update(readFileSync(join(folder, file)))
  return hash.digest('hex')
}

function readIfThere(path: string): string | undefined {
  return statSync(path, { throwIfNoEntry: false }) && readFileSync(path, 'utf8')
}
