import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { decodeJwt } from 'jose'
import { type Config, loadConfig } from '#lib/config/load.ts'
import { didYouMean } from '#lib/config/near-miss.ts'
import { operatorPath } from '#lib/config/operator-path.ts'
import { applyOutgoingProxy } from '#lib/config/outgoing-proxy.ts'
import { type Explained, explainIdToken, type RuleName } from '#lib/id-tokens/explain-id-token.ts'
import { keysOf } from '#lib/id-tokens/issuer-keys.ts'
import { type Command, WrongUse } from './command.ts'
import { json, optionsOf } from './options.ts'
import { tableOf } from './table.ts'

/** `baton explain-token`: which rules of `POST /api/nonce` an ID token meets. */
export const explainToken: Command = {
  summary: 'which rules of /api/nonce an ID token meets, and what to set; shows nothing of the token',
  usage: 'FILE | - [--json]',
  read(args) {
    const { values, positionals } = optionsOf(args, json, { words: 1 })
    const [file] = positionals
    if (file === undefined) throw new WrongUse('Name the file that has the ID token in it, or - for input.')
    return { here: () => explained(file, values.json === true) }
  },
}

async function* explained(file: string, asJson: boolean): AsyncGenerator<string, boolean> {
  const config = await loadConfig()
  applyOutgoingProxy(config)
  const token = await read(file)
  const endpoint = `${config.url}/api/nonce`
  const cache = { keys: new Map(), metadata: new Map(), providers: config.providers }
  const rules = await explainIdToken(token, {
    config,
    endpoint,
    keysOf: (issuer) => keysOf(issuer, cache),
  })
  const advised = rules.map((row) => {
    const advice =
      row.status === 'broken'
        ? adviceOn(row.rule, token, config)
        : row.rule === 'signature' && row.status === 'unknown'
          ? whileUnknown
          : undefined
    return { ...row, ...(advice && { advice }) }
  })
  const ok = verdictOn(rules)
  yield asJson ? `${JSON.stringify({ ok, rules: advised }, null, 2)}\n` : listOf(advised, ok)
  return ok !== true
}

async function read(file: string): Promise<string> {
  try {
    return (await (file === '-' ? text(process.stdin) : readFile(operatorPath(file), 'utf8'))).trim()
  } catch (error) {
    throw new Error(`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
}

/** Whether the token is good; `null` where nothing is broken, and something could not be looked at. */
function verdictOn(rules: Explained[]): boolean | null {
  if (rules.some(({ status }) => status === 'broken')) return false
  return rules.every(({ status }) => status === 'met') ? true : null
}

function listOf(rows: (Explained & { advice?: string })[], ok: boolean | null): string {
  const table = tableOf(
    ['', 'rule', 'what is so'],
    rows.map(({ status, rule, message }) => [status, rule, message]),
  )
  const todo = rows.flatMap(({ rule, advice }) => (advice ? `  ${rule}: ${advice}\n` : []))
  if (ok) return `${table}\nThe ID token is good: /api/nonce takes it.\n`
  const unknown = rows.filter(({ status }) => status === 'unknown').map(({ message }) => message)
  const verdict =
    ok === false ? '/api/nonce does not take it.' : `Nothing is broken, but ${unknown.join('; ')}.`
  return `${table}\n${verdict}\n${todo.length > 0 ? `What to do:\n${todo.join('')}` : ''}`
}

const whileUnknown =
  'See that this machine reaches the jwks_uri of its issuer: name service, firewall, NODE_USE_ENV_PROXY, ' +
  'certificate. Until then /api/nonce answers 503, and takes the token afterwards.'
const sendIdToken = 'Send the ID token (`id_token` of the token answer), and no other token.'

function adviceOn(rule: RuleName, token: string, config: Config): string {
  const { iss } = rule === 'JWT' ? {} : decodeJwt(token)
  const trusted = config.trustedIssuers.find(({ issuer }) => issuer === iss)
  const mark = trusted?.idTokenMark
  const advice: Record<RuleName, string> = {
    JWT: sendIdToken,
    typ: sendIdToken,
    iss:
      'Add its issuer to trustedIssuers, with the client IDs of the apps, exactly as it is written here' +
      didYouMean(
        String(iss),
        config.trustedIssuers.map(({ issuer }) => issuer),
      ),
    alg: 'Have the provider sign with an allowed algorithm, or add this one to trustedIssuers[].algorithms.',
    signature: 'Get a new ID token. If it is new: see that its issuer publishes its key at jwks_uri.',
    'aud: client': "Add the app's client ID at this issuer to trustedIssuers[].clients.",
    azp: "Add the client of azp to trustedIssuers[].clients, or have the provider name the app's client.",
    'aud: Baton':
      `Have the provider add ${config.url}/api/nonce to the aud of the app's ID tokens (in many providers ` +
      'by an audience mapper). If it cannot: list the app in trustedIssuers[].acceptWithoutNonceAudience.',
    exp: 'Have the app get a new ID token. If it is new: see that both clocks are right.',
    nbf: 'See that the clocks of this machine and of the provider are right.',
    iat: 'Have the app get a new ID token, or raise trustedIssuers[].maxTokenAge. See that clocks are right.',
    sub: 'See how the provider writes sub: Baton takes text alone.',
    subjectClaim: 'Have the provider write this claim, or set another trustedIssuers[].subjectClaim.',
    kind: sendIdToken,
    events: sendIdToken,
    mark: mark
      ? `${sendIdToken} If it is: its claim ${mark.claim} is not as idTokenMark says.`
      : `${sendIdToken} If it is: set trustedIssuers[].idTokenMark to a claim that its ID tokens alone have.`,
    allow:
      'See allow of the trusted issuer, and of providers with the same issuer. Addresses count verified.',
  }
  return advice[rule]
}
