import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { isLoopback } from './wire/loopback.ts'

/** What an operator says about the server, and whose accounts the kit may use. */
export type Options = {
  url: URL
  /** Names of the checks to run; all where it is empty. */
  only: readonly string[]
  list: boolean
  json: boolean
  /** Takes a skipped check for a failed one. */
  strict: boolean
  help: boolean
  /** A backend behind the proxy. */
  backend: string
  /** A path of the backend that answers as the demo's echo does. */
  echoPath: string
  /** An application of the OpenID Provider, and one of its redirect URIs. */
  client: string
  redirectUri: string
  /** An application that hand-offs may lead to. */
  target: string
  /** Nonces of one session within a minute, from which on they are refused. */
  nonceLimit: number
  /** A certificate to trust besides those of the system. */
  ca?: string | undefined
} & Secrets

/** Each is the text of a file, or an environment variable. */
type Secrets = { [Name in keyof typeof secrets]?: string | undefined }

const secrets = {
  cookie: 'BATON_ATTACK_COOKIE',
  otherCookie: 'BATON_ATTACK_OTHER_COOKIE',
  spareCookie: 'BATON_ATTACK_SPARE_COOKIE',
  webNonce: 'BATON_ATTACK_WEB_NONCE',
  idToken: 'BATON_ATTACK_ID_TOKEN',
  expiredIdToken: 'BATON_ATTACK_EXPIRED_ID_TOKEN',
  foreignIdToken: 'BATON_ATTACK_FOREIGN_ID_TOKEN',
  accessToken: 'BATON_ATTACK_ACCESS_TOKEN',
  clientSecret: 'BATON_ATTACK_CLIENT_SECRET',
} as const

/** The kit was called in a wrong way; the message says how. */
export class WrongUse extends Error {}

const flags = {
  'i-own-this': { type: 'boolean' },
  only: { type: 'string', multiple: true },
  list: { type: 'boolean' },
  json: { type: 'boolean' },
  strict: { type: 'boolean' },
  help: { type: 'boolean' },
  backend: { type: 'string' },
  'echo-path': { type: 'string' },
  client: { type: 'string' },
  'redirect-uri': { type: 'string' },
  target: { type: 'string' },
  'nonce-limit': { type: 'string' },
  ca: { type: 'string' },
  cookie: { type: 'string' },
  'other-cookie': { type: 'string' },
  'spare-cookie': { type: 'string' },
  'web-nonce': { type: 'string' },
  'id-token': { type: 'string' },
  'expired-id-token': { type: 'string' },
  'foreign-id-token': { type: 'string' },
  'access-token': { type: 'string' },
  'client-secret': { type: 'string' },
} as const

export const usage = `npm run attack -- [URL] [options]

URL                     the server to attack; default: BATON_URL, else http://localhost:3000
--i-own-this            attacks an address that is not loopback
--only NAME             runs this check alone; may be repeated
--list                  lists the checks
--json                  prints one JSON object
--strict                exits with 1 where a check was skipped, too
--backend NAME          a backend of the proxy; default: demo
--echo-path PATH        a path there that answers as the echo of the demo's backend does
--client ID             a confidential application of the OpenID Provider
--redirect-uri URI      one of its redirect URIs
--target ID             an application that hand-offs may lead to
--nonce-limit N         limits.nonces.max of the server; default: 60
--ca FILE               a certificate to trust besides those of the system

A secret is read from a file, or from an environment variable; it is no argument, which others could see:
--cookie FILE           ${secrets.cookie}: the Cookie header of a browser that is signed in
--other-cookie FILE     ${secrets.otherCookie}: that of another person
--spare-cookie FILE     ${secrets.spareCookie}: that of a session which the kit may end
--web-nonce FILE        ${secrets.webNonce}: a web nonce of an app
--id-token FILE         ${secrets.idToken}: an ID token that POST /api/nonce takes
--expired-id-token FILE ${secrets.expiredIdToken}: one that it took once
--foreign-id-token FILE ${secrets.foreignIdToken}: one of the same issuer for another audience
--access-token FILE     ${secrets.accessToken}: an access token of that issuer
--client-secret FILE    ${secrets.clientSecret}: the secret of --client
`

/**
 * Reads the arguments and the environment.
 *
 * @throws {WrongUse} for an unknown option, a bad URL, a file that cannot be read, and an address that is not
 * loopback without `--i-own-this`.
 */
export function readOptions(args: readonly string[], env: Record<string, string | undefined>): Options {
  const { values, positionals } = parsed(args)
  if (positionals.length > 1) throw new WrongUse(`one URL at a time, not ${positionals.join(' ')}`)
  const url = originOf(positionals[0] ?? (env.BATON_URL || 'http://localhost:3000'))
  if (!isLoopback(url) && !values['i-own-this'])
    throw new WrongUse(
      `${url.origin} is not this machine. The kit attacks it when you say that you own it: --i-own-this`,
    )
  const nonceLimit = Number(values['nonce-limit'] ?? 60)
  if (!(Number.isInteger(nonceLimit) && nonceLimit > 0 && nonceLimit <= 1_000))
    throw new WrongUse('--nonce-limit is a number from 1 to 1000')
  const backend = values.backend ?? 'demo'
  return {
    url,
    only: values.only ?? [],
    list: values.list ?? false,
    json: values.json ?? false,
    strict: values.strict ?? false,
    help: values.help ?? false,
    backend,
    echoPath: values['echo-path'] ?? (values.backend === undefined ? '/api/authenticated/echo' : ''),
    client: values.client ?? 'demo-web',
    redirectUri: values['redirect-uri'] ?? `${env.DEMO_WEB_URL || 'http://127.0.0.1:4002'}/callback`,
    target: values.target ?? 'demo-web',
    nonceLimit,
    ca: values.ca === undefined ? undefined : textOf(values.ca),
    ...secretsIn(values, env),
  }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags, allowPositionals: true })
  } catch (error) {
    throw new WrongUse((error as Error).message)
  }
}

function originOf(text: string): URL {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol)) throw new WrongUse(`${text} is no http or https URL`)
  if (url.pathname !== '/' || url.search || url.hash || url.username)
    throw new WrongUse(`${text} has more than an origin; give BATON_URL, such as ${url.origin}`)
  return url
}

function secretsIn(
  values: Record<string, unknown>,
  env: Record<string, string | undefined>,
): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(secrets).map(([name, variable]) => {
      const file = values[name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)]
      return [name, typeof file === 'string' ? textOf(file) : env[variable] || undefined]
    }),
  )
}

function textOf(file: string): string {
  const text = read(file)
  if (text === '') throw new WrongUse(`${file} is empty`)
  return text
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    throw new WrongUse(`${file} cannot be read; a secret is given by a file that holds it`)
  }
}
