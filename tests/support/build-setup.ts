import { buildWhenStale, PACKAGES, SERVER } from '../../demo/build-when-stale.ts'

/** Servers in tests are the production build, made when something has changed since the last one. */
export default async function setup(): Promise<void> {
  for (const build of [PACKAGES, ...SERVER])
    if (!(await buildWhenStale(build))) throw new Error('the production build failed')
}
