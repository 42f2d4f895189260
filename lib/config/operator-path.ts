import { resolve } from 'node:path'

/** A path as its operator means it: `npm run` goes to the package's folder, and says where it was called. */
export function operatorPath(
  path: string,
  variables: Record<string, string | undefined> = process.env,
): string {
  const { npm_lifecycle_event: script, INIT_CWD: calledIn } = variables
  return resolve(script === 'baton' && calledIn ? calledIn : '', path)
}
