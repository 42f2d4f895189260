import { parseArgs } from 'node:util'
import * as openid from 'openid-client'
import { addresses } from './addresses.ts'
import { joinLan, NoLanError } from './lan/join-lan.ts'
import { terminalQr } from './terminal-qr.ts'

const HELP = `A stand-in for a television: shows a code and a QR code, waits until somebody who is signed in
approves it on another device, and then shows who that is.

  npm run demo:tv

  --lan    the demo of: npm run demo -- --lan
  --json   print lines of JSON: the answer of the device authorization, then the claims of the ID token
  --help   print this
`

/** Runs the television once and returns the exit code. */
async function main(): Promise<number> {
  const { json, help, lan } = parseArgs({
    options: { json: { type: 'boolean' }, lan: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  }).values
  if (help) {
    process.stdout.write(HELP)
    return 0
  }
  if (lan) joinLan()
  const { batonUrl } = addresses()
  const execute = batonUrl.startsWith('http:') ? [openid.allowInsecureRequests] : []
  const issuer = new URL(`${batonUrl}/oidc`)
  const provider = await openid.discovery(issuer, 'demo-tv', undefined, openid.None(), { execute })
  const asked = await openid.initiateDeviceAuthorization(provider, { scope: 'openid profile' })
  process.stdout.write(json ? `${JSON.stringify(asked)}\n` : invitation(asked))
  const tokens = await openid.pollDeviceAuthorizationGrant(provider, asked)
  const claims = tokens.claims()
  process.stdout.write(
    json ? `${JSON.stringify(claims)}\n` : `Signed in as ${String(claims?.name ?? claims?.sub)}.\n`,
  )
  return 0
}

type Asked = Awaited<ReturnType<typeof openid.initiateDeviceAuthorization>>

function invitation(asked: Asked): string {
  const { user_code, verification_uri, verification_uri_complete, expires_in } = asked
  return `Open ${verification_uri} where you are signed in, and enter within ${expires_in} seconds

    ${user_code}

or scan this:

${terminalQr(verification_uri_complete ?? verification_uri, { colours: process.stdout.isTTY })}

Waiting …
`
}

/** What went wrong, in a sentence for the person at the terminal. */
function wordsOf(error: Error): string {
  const isRefused = error instanceof openid.ResponseBodyError
  // The library counts the seconds as well.
  if ((isRefused && error.error === 'expired_token') || (error as { code?: string }).code === 'OAUTH_TIMEOUT')
    return 'The code has expired. Run the television again for a new one.'
  if (isRefused) {
    if (error.error === 'access_denied') return 'The other device said no.'
    return `Baton refused (${error.error}): ${error.error_description ?? 'no reason given'}.`
  }
  if (
    (error.cause as { code?: string } | undefined)?.code === 'ECONNREFUSED' ||
    error.message === 'fetch failed'
  )
    return 'Baton does not answer. Start the demo first: npm run demo.'
  return error instanceof NoLanError ? error.message : (error.stack ?? error.message)
}

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof Error)) throw error
  process.stderr.write(`${wordsOf(error)}\n`)
  process.exitCode = 1
}
