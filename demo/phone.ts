import { parseArgs } from 'node:util'
import { BatonError, createClient } from '@baton/client'
import { addresses } from './addresses.ts'
import { joinLan, NoLanError } from './lan/join-lan.ts'
import { approve } from './phone/approve.ts'
import { PhoneError } from './phone/phone-error.ts'
import { signIn } from './phone/sign-in.ts'
import { terminalQr } from './terminal-qr.ts'

const HELP = `A stand-in for the native app: signs in at the demo identity provider, asks Baton for a hand-off
nonce and prints the address that hands the session over.

  npm run demo:phone -- --user demo --password demo

  --user LOGIN         who signs in (demo or bob)
  --password PASSWORD  their password
  --target CLIENT      the web application to hand over to (demo-web); without it Baton itself
  --redirect-to PATH   where to go at the target
  --approve CODE       sign the device in that shows this code, in place of a hand-off; as demo, unless
                       --user says otherwise
  --number NN          the number that it shows, if it is a browser
  --bind               bind the nonce to a verifier, which travels in the fragment
  --lan                the demo of: npm run demo -- --lan
  --json               print the answer of /api/nonce and nothing else
  --help               print this
`

/** Runs the phone once and returns the exit code. */
async function main(): Promise<number> {
  const options = readOptions()
  if (options.help) {
    process.stdout.write(HELP)
    return 0
  }
  if (options.lan) joinLan()
  // Whoever approves a code that they see wants to type no more than that.
  const user = options.user ?? (options.approve === undefined ? undefined : 'demo')
  const password = options.password ?? (options.approve === undefined ? undefined : user)
  if (!user || !password) throw new PhoneError('Set --user and --password (see --help).')

  const { batonUrl, identityProviderUrl: issuer } = addresses()
  const client = createClient({
    batonUrl,
    clientId: 'demo-phone',
    identityProvider: { issuer, clientId: 'demo-phone', scope: 'openid profile email api' },
  })
  const name = await signIn(client, { user, password })
  if (options.approve !== undefined) {
    const what = await approve(client, options.approve, options.number)
    process.stdout.write(`Approved: ${what} is signed in as ${name}.\n`)
    return 0
  }
  const { nonce, url, expiresIn, verifier } = await client.handOff(options.target, {
    redirectTo: options['redirect-to'],
    binding: options.bind ? 'fragment' : 'none',
  })

  if (options.json) {
    const answer = { nonce, expires_in: expiresIn, handoff_uri: url.split('#', 1)[0] }
    process.stdout.write(`${JSON.stringify(answer)}\n`)
    // Standard output holds only the answer. A bound nonce is useless without its verifier.
    if (verifier) process.stderr.write(`verifier: ${verifier}\n`)
    return 0
  }
  process.stdout.write(`Signed in as ${name}. Open this within ${expiresIn} seconds; it works once:

${url}

${terminalQr(url, { colours: process.stdout.isTTY })}
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
        approve: { type: 'string' },
        number: { type: 'string' },
        bind: { type: 'boolean' },
        lan: { type: 'boolean' },
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
  process.stderr.write(`${wordsOf(error)}\n`)
  process.exitCode = 1
}

function wordsOf(error: Error): string {
  if (error instanceof PhoneError) return error.message
  if (error instanceof NoLanError) return error.message
  if (!(error instanceof BatonError)) return error.stack ?? error.message
  const start = error.code === 'network' ? ' Start the demo first: npm run demo.' : ''
  return `The phone could not sign in or hand over (${error.code}): ${error.description}.${start}`
}
