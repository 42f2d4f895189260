import { type Build, buildWhenStale, isStale } from '../demo/build-when-stale.ts'
import { say } from './say.ts'

/** Runs a build when it is stale. Throws when it fails. */
export async function build(what: Build): Promise<void> {
  if (isStale(what)) say(what.progress)
  if (!(await buildWhenStale({ ...what, progress: '' }))) throw new Error('Baton could not be built')
}
