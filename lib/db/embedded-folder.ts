import { join } from 'node:path'

/** The folder of the embedded database itself. */
export function embeddedFolder(dataDir: string): string {
  return join(dataDir, 'database')
}
