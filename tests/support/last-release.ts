import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { BUILD, buildWhenStale, GENERATE } from '../../demo/build-when-stale.ts'
import { otherBuild } from './other-build.ts'

/** What deployments have before they get this version: the commit of the last release. */
const commit = '3b5ad47271005bf14c1dc813edefde4fdfc718d8'
// Git and the linter ignore it. Without a lockfile it is part of this workspace, and takes its packages: what
// it needs and this version does not (`opossum`) is a devDependency.
const folder = `tests/.build/${commit.slice(0, 7)}`
const tracked = [...BUILD.sources, 'prisma', 'public', 'server.ts']
  .filter((path) => path !== 'package-lock.json')
  // It has the same settings of Next in TypeScript.
  .map((path) => (path === 'next.config.mjs' ? 'next.config.ts' : path))

/**
 * The folder of the last release, built by itself once. A clone without its history takes another build of
 * this version in its place.
 */
export async function lastRelease(): Promise<string> {
  if (!existsSync(`${folder}/${BUILD.stamp}`)) {
    if (!isInHistory()) {
      process.stdout.write('This clone has no history: another build of this version is the last release.\n')
      return otherBuild()
    }
    mkdirSync(folder, { recursive: true })
    const input = execFileSync('git', ['archive', commit, ...tracked], { maxBuffer: 2 ** 26 })
    execFileSync('tar', ['-x', '-C', folder], { input })
  }
  const generate = [...GENERATE.command, '--schema', `${folder}/prisma/schema.prisma`]
  for (const [step, command] of [
    [GENERATE, generate],
    [BUILD, [...BUILD.command, folder]],
  ] as const) {
    const stamp = `${folder}/${step.stamp}`
    const build = { ...step, progress: 'Building the last release …', command, sources: [], stamp }
    if (!(await buildWhenStale(build))) throw new Error('the last release could not be built')
  }
  return folder
}

function isInHistory(): boolean {
  try {
    execFileSync('git', ['cat-file', '-e', commit], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
