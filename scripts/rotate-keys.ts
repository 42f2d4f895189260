import { parseArgs } from 'node:util'
import { ConfigurationError, loadConfig } from '#lib/config/load.ts'
import { openDatabase } from '#lib/db/open.ts'
import { discardLostSigningKeys, rotateSigningKeys } from '#lib/oidc/signing-keys.ts'

// `npm run keys:rotate` makes new signing keys; with `-- --discard-lost` it first removes those that no
// configured secret opens.
const option = 'discard-lost'

try {
  const discardsLost = wantsLostDiscarded()
  const config = await loadConfig()
  const { db, close } = await openDatabase(config.database)
  try {
    if (discardsLost) tell(aboutLost(await discardLostSigningKeys({ db, config })))
    tell(aboutNew(await rotateSigningKeys({ db, config })))
  } finally {
    await close()
  }
} catch (error) {
  const faults = error instanceof ConfigurationError ? error.faults : []
  process.stderr.write(`${[(error as Error).message, ...faults.map((fault) => `  - ${fault}`)].join('\n')}\n`)
  process.exitCode ??= 1
}

function wantsLostDiscarded(): boolean {
  try {
    return parseArgs({ options: { [option]: { type: 'boolean' } } }).values[option] === true
  } catch (error) {
    process.exitCode = 2
    throw error
  }
}

function tell(text: string): void {
  process.stdout.write(`${text}\n`)
}

function aboutLost(kids: string[]): string {
  if (kids.length === 0) return 'No signing key is lost: the secrets open them all.'
  return [
    `Removed signing keys that no secret opens: ${kids.join(', ')}.`,
    '  - ID tokens and access tokens that they signed can no longer be verified. Applications and resource',
    '    servers fetch the new keys by themselves.',
    '  - What the lost secret encrypted cannot be opened either: people sign in again, at Baton and at',
    '    applications.',
  ].join('\n')
}

function aboutNew(kids: string[]): string {
  return (
    `New signing keys: ${kids.join(', ')}. They are published within a minute and sign in a quarter of an ` +
    'hour, or at once where no other key is left; older ones stay published for 30 days after that.'
  )
}
