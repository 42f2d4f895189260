import { cpSync, rmSync } from 'node:fs'
import { BUILD, type Build, buildWhenStale, COMPRESSED, isStale, VIEWS } from '../../demo/build-when-stale.ts'

// Git and the linter ignore it. Without a lockfile it is part of this workspace, and takes its packages.
const folder = 'tests/.build/other'
const sources = [...BUILD.sources, 'views'].filter(
  (path) => !path.startsWith('prisma/') && path !== 'package-lock.json',
)

/** The folder of a second installation of this commit, built by itself when something has changed. */
export async function otherBuild(): Promise<string> {
  const build = inFolder(BUILD, 'Building Baton once more, in another folder …')
  const compressed = inFolder(COMPRESSED, 'Compressing its scripts …')
  const views = inFolder(VIEWS, 'Building its pages …')
  if (isStale(build) || isStale(views)) {
    rmSync(folder, { recursive: true, force: true })
    for (const path of [...sources, 'messages', 'prisma', 'public', 'server.ts'])
      cpSync(path, `${folder}/${path}`, { recursive: true })
  }
  for (const one of [build, compressed, views])
    if (!(await buildWhenStale(one))) throw new Error('the second build failed')
  return folder
}

function inFolder(build: Build, progress: string): Build {
  const { command, stamp } = build
  return { ...build, progress, command: [...command, folder], stamp: `${folder}/${stamp}` }
}
