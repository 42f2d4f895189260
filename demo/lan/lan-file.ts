import { join } from 'node:path'

/** Where a demo in the network says its addresses to programs beside it. */
export function lanFile(env: NodeJS.ProcessEnv = process.env): string {
  return join(env.BATON_DATA_DIR || '.baton', 'lan', 'demo.json')
}
