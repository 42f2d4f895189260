import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { commitFile } from '../lib/config/version.ts'

// `npm run build` notes the commit that it builds: BATON_COMMIT, for builds without git's folder, else the
// checkout's. Without either `/api/version` says null.
const commit = process.env.BATON_COMMIT || ofCheckout()
if (commit) writeFileSync(commitFile, `${commit}\n`)
else rmSync(commitFile, { force: true })

function ofCheckout(): string | undefined {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', stdio: 'pipe' }).trim()
  } catch {
    return undefined
  }
}
