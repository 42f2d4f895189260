import type { Config } from './load.ts'
import { nearMiss } from './near-miss.ts'
import { issuersOf } from './operators.ts'
import { isPublicService } from './public-services.ts'

/** A setting that works, and perhaps not as it was meant. */
type Advice = {
  level: 'info' | 'warn'
  /** What is so, as the log says it. */
  message: string
  /** Whom it is about. */
  about: Record<string, string[]>
  /** What the operator can do. */
  advice: string
}

type Rule = (config: Config) => Advice | undefined

const publicClients: Rule = ({ providers }) => {
  const open = providers.filter(({ clientSecret, privateKey }) => !clientSecret && !privateKey)
  return when(open.length > 0, {
    level: 'info',
    message: 'Baton is a public client there; a client secret keeps others from passing for it',
    about: { providers: open.map(({ id }) => id) },
    advice: 'Have the provider make a client secret, and set clientSecret.',
  })
}

const shortSecrets: Rule = ({ clients }) => {
  const short = clients.filter(({ client_secret }) => client_secret && client_secret.length < 32)
  return when(short.length > 0, {
    level: 'warn',
    message: 'their client_secret is shorter than 32 characters: random ones of 32 cannot be guessed',
    about: { clients: short.map(({ client_id }) => client_id) },
    advice: 'Make new ones, for example by `openssl rand -base64 32`.',
  })
}

// Baton itself speaks plain http: with a public origin of https something in front of it ends TLS.
const proxyInFront: Rule = ({ handoff, trustedProxies, url }) => {
  const looksAtNetworks = handoff.networks.length > 0 || handoff.proximity === 'same-network'
  return when((looksAtNetworks || url.startsWith('https:')) && trustedProxies.length === 0, {
    level: 'warn',
    message: 'a proxy in front of Baton has to be in trustedProxies, or its callers have no address',
    about: {},
    advice: 'Set trustedProxies to the addresses from which your reverse proxy calls Baton.',
  })
}

const unusedProxies: Rule = ({ unusedProxies }) =>
  when(unusedProxies.length > 0, {
    level: 'warn',
    message: 'outgoing calls use no proxy unless NODE_USE_ENV_PROXY is 1',
    about: { variables: unusedProxies },
    advice: 'Set NODE_USE_ENV_PROXY=1, or remove these variables.',
  })

// Such a value is ignored (OpenTelemetry Specification, "Environment Variable Specification").
const unknownForTracing: Rule = ({ ignoredForTracing }) =>
  when(ignoredForTracing.length > 0, {
    level: 'warn',
    message: 'their values mean nothing to Baton and are ignored',
    about: { variables: ignoredForTracing },
    advice: 'See docs/operations/traces.md for the values; spans go out by http/protobuf, to port 4318.',
  })

const noConfirmation: Rule = ({ handoff, clients }) => {
  const silent = clients.filter((client) => client.handoff.confirm === 'never')
  return when(handoff.confirm === 'never' || silent.length > 0, {
    level: 'warn',
    message: 'with confirm "never" whoever gets somebody to open a link signs them in to another account',
    about: {
      ...(handoff.confirm === 'never' && { settings: ['handoff.confirm'] }),
      ...(silent.length > 0 && { clients: silent.map(({ client_id }) => client_id) }),
    },
    advice: 'Use "unbound", which does not ask where the app binds its nonce by the header.',
  })
}

const everybody: Rule = ({ providers }) => {
  const open = providers.filter(
    ({ issuer = '', endpoints: { authorization = '', token = '' }, allow }) =>
      !allow && [issuer, authorization, token].some(isPublicService),
  )
  return when(open.length > 0, {
    level: 'warn',
    message: 'anybody can have an account there, and without `allow` everybody may sign in here',
    about: { providers: open.map(({ id }) => id) },
    advice: 'Set allow to the e-mail addresses, domains or claims of your people, if not all are welcome.',
  })
}

// An operator that names an issuer of nobody here ends no session, and looks as if it could.
const strangeIssuers: Rule = ({ operators, providers, trustedIssuers }) => {
  const known = [
    ...providers.flatMap(({ accountIssuer = [] }) => accountIssuer),
    ...trustedIssuers.map(({ issuer }) => issuer),
  ]
  const strange = [...new Set(operators.flatMap(issuersOf))].filter((issuer) => !known.includes(issuer))
  const meant = strange.flatMap((issuer) => nearMiss(issuer, known) ?? [])
  return when(strange.length > 0, {
    level: 'warn',
    message: 'operators are to sign out people of issuers by which nobody signs in here',
    about: { issuers: strange },
    advice:
      'Write operators[].issuers exactly as in providers and trustedIssuers' +
      `${meant.length > 0 ? `; did you mean ${meant.join(', ')}?` : '.'}`,
  })
}

const severalWays: Rule = ({ autoSignIn, providers }) =>
  when(autoSignIn && providers.length !== 1, {
    level: 'warn',
    message: 'autoSignIn does nothing where there is not exactly one provider',
    about: { settings: ['autoSignIn'] },
    advice: 'Remove autoSignIn, or all providers but one.',
  })

// `npm run demo -- --lan` serves at such names and addresses.
const ownNetwork = /^(?:[^.]+|.+\.local|(?:127|10|192\.168|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d+){2,3})$/

const publicDemo: Rule = ({ isDemo, development, url }) =>
  when(isDemo && !development && !ownNetwork.test(new URL(url).hostname), {
    level: 'warn',
    message: 'BATON_DEMO shows everybody what is for developers: /preview and a tool that calls backends',
    about: { variables: ['BATON_DEMO'] },
    advice: 'Leave out BATON_DEMO where people other than developers get to Baton.',
  })

function when(holds: boolean, advice: Advice): Advice | undefined {
  return holds ? advice : undefined
}

const rules = [
  publicClients,
  shortSecrets,
  proxyInFront,
  unusedProxies,
  unknownForTracing,
  noConfirmation,
  everybody,
  strangeIssuers,
  severalWays,
  publicDemo,
]

/** What to say of a configuration that has no faults: at start in the log, and in `baton check`. */
export function adviceOn(config: Config): Advice[] {
  return rules.flatMap((rule) => rule(config) ?? [])
}
