import { NotAllowedError } from '#lib/accounts/allowed.ts'
import { SignedOutError } from '#lib/accounts/signed-out.ts'
import type { UpstreamProvider } from '#lib/config/upstream-provider.ts'
import { isDatabaseAway } from '#lib/db/away.ts'
import { errorChain } from './error-chain.ts'
import { MetadataError } from './metadata.ts'
import { UnreachableError } from './provider-fetch.ts'
import { UserAnswerError } from './user-answer.ts'

/** Why nobody was signed in, for the person (`page`) and for the operator (the rest). */
type Failure = {
  page: 'Unavailable' | 'Configuration' | 'AccessDenied' | 'NotAllowed' | 'Expired'
  /** The standard's error code, the provider's own or the nearest one. */
  error: string
  description?: string | undefined
  expected?: string | undefined
  came?: string | undefined
  /** What to do. */
  advice: string
  /** An error that nothing here explains. */
  cause?: unknown
}

type Detailed = Error & {
  code?: string
  error?: string
  error_description?: string
  status?: number
  cause?: unknown
}

/** What a provider answers to an authorization request that it refuses. RFC 6749, section 4.1.2.1. */
export class AuthorizationRefusal extends Error {
  override readonly name = 'AuthorizationRefusal'
  readonly error: string
  readonly description: string | undefined

  constructor(error: string, description?: string) {
    super('the provider refuses the authorization request')
    this.error = error
    this.description = description
  }
}

/** Characters of a provider's own words in a log line. */
const longest = 300

/**
 * Explains why a sign-in at this provider failed. The words of RFC 6749, section 4.1.2.1 and 5.2, and OpenID
 * Connect Core 1.0, section 3.1.2.6, come through as the provider sent them.
 */
export function explainFailure(thrown: unknown, provider: UpstreamProvider, url: string): Failure {
  const errors = errorChain(thrown)
  const is = <Kind extends Error>(kind: abstract new (...given: never[]) => Kind) =>
    errors.find((error): error is Kind & Detailed => error instanceof kind)
  const named = (name: string) => errors.find((error) => error.name === name)

  if (is(NotAllowedError))
    return { page: 'NotAllowed', error: 'access_denied', advice: 'nothing, if `allow` is as you mean it' }
  if (is(SignedOutError))
    return { page: 'Expired', error: 'invalid_grant', advice: 'nothing: the person can sign in anew' }
  const unreachable = is(UnreachableError)
  if (unreachable) return down(unreachable.message)
  const metadata = is(MetadataError)
  if (metadata) return metadataFault(metadata, provider)
  const answer = is(UserAnswerError)
  if (answer) return answer.isTemporary ? down(answer.message) : userFault(answer)
  const refusal = is(AuthorizationRefusal)
  if (refusal) return byRedirect(refusal, provider, url)
  const refused = named('ResponseBodyError')
  if (refused) return byTokenEndpoint(refused, provider, url)
  const inToken = errors.find(({ code }) => code !== undefined && code in idTokenFaults)
  if (inToken) return idTokenFaults[inToken.code as keyof typeof idTokenFaults](inToken)
  if (named('InvalidCheck'))
    return {
      page: 'Expired',
      error: 'invalid_request',
      advice: 'nothing: the browser began this sign-in long ago',
    }
  const strange = named('OperationProcessingError')
  if (strange) return answerFault(strange)
  if (errors.some(isDatabaseAway)) return { ...down('the database cannot be reached'), cause: thrown }
  const last = errors.at(-1)
  return {
    page: 'Configuration',
    error: 'server_error',
    description: short(last?.message),
    advice: 'see the reason in this line',
    cause: last,
  }
}

function down(description: string): Failure {
  return {
    page: 'Unavailable',
    error: 'temporarily_unavailable',
    description: short(description),
    advice:
      'see that the provider runs, and that this machine reaches it (name, proxy, firewall, certificate)',
  }
}

function metadataFault({ message, isTemporary }: MetadataError, { issuer }: UpstreamProvider): Failure {
  if (isTemporary) return down(message)
  return {
    page: 'Configuration',
    error: 'invalid_issuer',
    description: short(message),
    expected: issuer,
    advice:
      "set issuer exactly as the provider's metadata has it, metadataUrl where that is elsewhere, and " +
      'endpoints where it has none or bad ones',
  }
}

function userFault({ message }: UserAnswerError): Failure {
  return {
    page: 'Configuration',
    error: 'invalid_token',
    description: short(message),
    advice:
      'see that scope lets Baton ask who the person is, and that subjectClaim names a claim that is there',
  }
}

const byPerson = new Set([
  'access_denied',
  'login_required',
  'interaction_required',
  'consent_required',
  'account_selection_required',
  'user_cancelled_authorize',
  'user_cancelled_login',
  'user_cancelled',
])
const passing = new Set(['server_error', 'temporarily_unavailable', 'slow_down'])

function byRedirect(
  { error, description }: AuthorizationRefusal,
  provider: UpstreamProvider,
  url: string,
): Failure {
  const told = { error: short(error) ?? '', description: short(description) }
  if (byPerson.has(error))
    return { ...told, page: 'AccessDenied', advice: 'nothing: the person or the provider said no' }
  if (passing.has(error)) return { ...told, page: 'Unavailable', advice: "see the provider's own log" }
  return { ...told, page: 'Configuration', advice: adviceFor(error, provider, url) }
}

function byTokenEndpoint(
  { error = 'invalid_request', error_description, status = 0 }: Detailed,
  provider: UpstreamProvider,
  url: string,
): Failure {
  const told = { error: short(error) ?? '', description: short(error_description) }
  const came = `status ${status} from the token endpoint`
  if (status >= 500 || status === 429 || passing.has(error))
    return { ...told, came, page: 'Unavailable', advice: "see the provider's own log" }
  const page = error === 'invalid_grant' ? 'Expired' : 'Configuration'
  return { ...told, came, page, advice: adviceFor(error, provider, url) }
}

function adviceFor(
  error: string,
  { id, clientId, tokenEndpointAuthMethod }: UpstreamProvider,
  url: string,
): string {
  const redirectUri = `register ${url}/api/auth/callback/${id} as the redirect URI, exactly so`
  const method = tokenEndpointAuthMethod ? ` (it is ${tokenEndpointAuthMethod})` : ''
  if (
    error === 'invalid_client' ||
    error === 'unauthorized_client' ||
    error === 'incorrect_client_credentials'
  )
    return (
      `check clientId (${clientId}), clientSecret and tokenEndpointAuthMethod${method} against the ` +
      'registration at the provider'
    )
  if (error === 'invalid_grant') return `if it happens each time: ${redirectUri}, and check both clocks`
  if (error === 'invalid_scope') return 'ask in scope for what the provider knows and lets this client have'
  return redirectUri
}

type Compared = { expected?: unknown; claims?: Record<string, unknown>; claim?: string; now?: number }

// The codes of oauth4webapi.
const idTokenFaults = {
  OAUTH_JWT_TIMESTAMP_CHECK_FAILED: ({ message, cause }: Detailed): Failure => {
    const { claims = {}, claim = '', now } = (cause ?? {}) as Compared
    return {
      page: 'Configuration',
      error: 'invalid_token',
      description: message,
      expected: `a time that fits this machine's clock, ${now}`,
      came: short(`${claim} ${claims[claim]}`),
      advice: "set the clock of this machine and the provider's by NTP",
    }
  },
  OAUTH_JWT_CLAIM_COMPARISON_FAILED: ({ message, cause }: Detailed): Failure => {
    const { claims = {}, claim = '', expected } = (cause ?? {}) as Compared
    const isSecret = claim === 'nonce' || claim === 'at_hash'
    return {
      page: 'Configuration',
      error: 'invalid_token',
      description: message,
      ...(!isSecret && { expected: short(String(expected)), came: short(`${claim} ${claims[claim]}`) }),
      advice:
        claim === 'nonce'
          ? "if this provider never sends a nonce, set checks to ['pkce', 'state']; else begin anew"
          : "set issuer and clientId exactly as the provider's ID tokens have them",
    }
  },
}

function answerFault({ message, code }: Detailed): Failure {
  return {
    page: 'Configuration',
    error: code?.replace(/^OAUTH_/, '').toLowerCase() ?? 'invalid_response',
    description: short(message),
    advice:
      "see what the provider's token endpoint and ID tokens look like against OpenID Connect Core, 3.1.3",
  }
}

// A provider's words are a stranger's: bounded, and one line.
function short(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined
  return text.replace(/\p{Cc}+/gu, ' ').slice(0, longest)
}
