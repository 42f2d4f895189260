import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Makes this a process in production, whatever the environment says. Next looks as it is loaded. */
export function setProduction(): void {
  Object.assign(process.env, { NODE_ENV: 'production' })
}

/** What `views/build.ts` makes for the server, from where Baton is installed. */
export const rendererFile = '.next/views/render.mjs'

/** Whether the server in this folder has what it serves: a build, but for development. */
export function isBuilt(folder: string): boolean {
  const needed = process.env.NODE_ENV === 'development' ? [rendererFile] : ['.next/BUILD_ID', rendererFile]
  return needed.every((file) => existsSync(join(folder, file)))
}
