import type { UpstreamProvider } from '#lib/config/upstream-provider.ts'
import { causeText } from '#lib/http/cause-text.ts'
import { ownPath } from '#lib/http/own-path.ts'
import { explainFailure } from '#lib/providers/explain-failure.ts'
import type { Runtime } from '#lib/runtime.ts'
import { currentRequest } from '#lib/telemetry/request-record.ts'
import { tell } from '#lib/telemetry/tell.ts'
import type { Answer, Call } from '../endpoint.ts'
import { redirectTo } from './auth-request.ts'

/** What the page about a sign-in that failed tells apart. */
type Page = 'Unavailable' | 'Configuration' | 'AccessDenied' | 'NotAllowed' | 'Expired'

/**
 * Leads to the page about a sign-in that failed; one log line says what the operator can do. The page has the
 * request's id, which is in that line.
 */
export function problemPage(
  problem: Page | { error: unknown; provider: UpstreamProvider },
  goOn: string,
  { caller }: Call,
  runtime: Runtime,
  cookies: string[] = [],
  path = '/error',
): Answer {
  const page = logged(problem, runtime)
  const provider = typeof problem === 'string' ? undefined : problem.provider.id
  const reference = currentRequest()?.id
  const callbackUrl = ownPath(goOn, runtime.config.url) ?? '/'
  const search = new URLSearchParams({
    error: page,
    ...(provider && { provider }),
    ...(reference && { reference }),
    callbackUrl,
  })
  return redirectTo(`${path}?${search}`, caller, { 'set-cookie': cookies })
}

function logged(problem: Page | { error: unknown; provider: UpstreamProvider }, runtime: Runtime): Page {
  if (typeof problem === 'string') {
    tell(runtime.log, 'sign_in.refused', { page: problem })
    return problem
  }
  const { error, provider } = problem
  const { page, cause, ...told } = explainFailure(error, provider, runtime.config.url)
  const line = { provider: provider.id, ...told, reason: causeText(cause) }
  if (page === 'AccessDenied' || page === 'NotAllowed') tell(runtime.log, 'sign_in.refused', line)
  else tell(runtime.log, 'sign_in.failed', line)
  return page
}
