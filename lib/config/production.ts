import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Makes this a process in production, whatever the environment says. Next looks as it is loaded. */
export function setProduction(): void {
  Object.assign(process.env, { NODE_ENV: 'production' })
}

/** Whether the server in this folder has what it serves: a build, but for development. */
export function isBuilt(folder: string): boolean {
  return process.env.NODE_ENV === 'development' || existsSync(join(folder, '.next/BUILD_ID'))
}
