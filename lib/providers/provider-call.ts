import type { AuthorizationServer } from 'oauth4webapi'
import { callAttributes, methodOf, noteStatus } from '#lib/telemetry/http-span.ts'
import { inSpan, isTracing } from '#lib/telemetry/tracer.ts'

/** What is called at a provider. */
export type ProviderCall = 'metadata' | 'keys' | 'token' | 'userinfo' | 'revocation'

type Called = { call: ProviderCall; provider: string | undefined; url: string; method?: string | undefined }

/** Makes a call to a provider or an issuer; where tracing is on, as a span, without path and query. */
export function inProviderCall<Answer>(
  { call, provider, url, method = 'GET' }: Called,
  ask: () => Promise<Answer>,
  statusOf: (answer: Answer) => number | undefined,
): Promise<Answer> {
  if (!isTracing()) return ask()
  const about = { 'baton.provider': provider, 'baton.provider.call': call }
  const title = `${methodOf(method).title} ${call}`
  return inSpan(
    'provider.call',
    { title, ...callAttributes(method, new URL(url)), ...about },
    async (span) => {
      const answer = await ask()
      const status = statusOf(answer)
      if (status !== undefined && span) noteStatus(span, status, 400)
      return answer
    },
  )
}

/** What an address of a provider is for, by its metadata; one that this does not name is a user API's. */
export function callAt(url: string, server: AuthorizationServer): ProviderCall {
  if (isSameAddress(url, server.token_endpoint)) return 'token'
  return isSameAddress(url, server.revocation_endpoint) ? 'revocation' : 'userinfo'
}

/** Whether two addresses are the same but for their queries: a type of provider may add parameters. */
export function isSameAddress(url: string, other: string | undefined): boolean {
  if (other === undefined) return false
  const [one, two] = [new URL(url), new URL(other)]
  return one.origin === two.origin && one.pathname === two.pathname
}
