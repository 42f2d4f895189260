import { cpSync, rmSync } from 'node:fs'
import { BUILD, buildWhenStale, isStale } from '../../demo/build-when-stale.ts'

// Git and the linter ignore it. Without a lockfile it is part of this workspace, and takes its packages.
const folder = 'tests/.build/other'
const sources = BUILD.sources.filter((path) => !path.startsWith('prisma/') && path !== 'package-lock.json')

/** The folder of a second installation of this commit, built by itself when something has changed. */
export async function otherBuild(): Promise<string> {
  const [program = '', ...args] = BUILD.command
  const build = {
    ...BUILD,
    progress: 'Building Baton once more, in another folder …',
    command: [program, ...args, folder],
    stamp: `${folder}/${BUILD.stamp}`,
  }
  if (isStale(build)) {
    rmSync(folder, { recursive: true, force: true })
    for (const path of [...sources, 'prisma', 'public', 'server.ts'])
      cpSync(path, `${folder}/${path}`, { recursive: true })
  }
  if (!(await buildWhenStale(build))) throw new Error('the second build failed')
  return folder
}
