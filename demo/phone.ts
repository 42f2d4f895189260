import { parseArgs } from 'node:util'
import { addresses } from './addresses.ts'
import { PhoneError } from './phone/errors.ts'
import { createVerifier, requestNonce } from './phone/request-nonce.ts'
import { signInAsPhone } from './phone/sign-in-as-phone.ts'
import { terminalQr } from './phone/terminal-qr.ts'

const HELP = `A stand-in for the native app: signs in at the demo identity provider, asks Baton for a hand-off
nonce and prints the address that hands the session over.

  npm run demo:phone -- --user demo --password demo

  --user LOGIN         who signs in (demo or bob)
  --password PASSWORD  their password
  --target CLIENT      the web application to hand over to (demo-web); without it Baton itself
  --redirect-to PATH   where to go at the target
  --bind               bind the nonce to a verifier, which travels in the fragment
  --json               print the answer of /api/nonce and nothing else
  --help               print this
`

/** Plays the phone once and gives the exit code. */
async function main(): Promise<number> {
  const options = readOptions()
  if (options.help) {
    process.stdout.write(HELP)
    return 0
  }
  const { user, password } = options
  if (!user || !password) throw new PhoneError('Who signs in? Give --user and --password (see --help).')

  const { batonUrl, identityProviderUrl } = addresses()
  const { idToken, claims } = await signInAsPhone({ identityProviderUrl, user, password })
  const verifier = options.bind ? createVerifier() : undefined
  const answer = await requestNonce({
    batonUrl,
    idToken,
    target: options.target,
    redirectTo: options['redirect-to'],
    verifier,
  })

  if (options.json) {
    process.stdout.write(`${JSON.stringify(answer)}\n`)
    // Standard output is the answer alone; without its verifier a bound nonce would be of no use.
    if (verifier) process.stderr.write(`verifier: ${verifier}\n`)
    return 0
  }
  const address = verifier ? `${answer.handoff_uri}#verifier=${verifier}` : answer.handoff_uri
  process.stdout.write(`Signed in as ${claims.name ?? claims.sub}. Open this within ${answer.expires_in} seconds; it works once:

${address}

${terminalQr(address, { colours: process.stdout.isTTY })}
`)
  return 0
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        user: { type: 'string' },
        password: { type: 'string' },
        target: { type: 'string' },
        'redirect-to': { type: 'string' },
        bind: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values
  } catch (error) {
    throw new PhoneError(`${(error as Error).message} (see --help)`)
  }
}

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof Error)) throw error
  process.stderr.write(`${error instanceof PhoneError ? error.message : (error.stack ?? error.message)}\n`)
  process.exitCode = 1
}
