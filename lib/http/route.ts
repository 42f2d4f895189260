import { OAuthError } from '#lib/oauth/error.ts'
import { type Runtime, runtime } from '#lib/runtime.ts'
import { backendAddress } from './backend-call.ts'
import { errorResponse } from './error-answer.ts'
import { limitBody, probes, readsForms } from './guard-lane.ts'
import { isOwnHost } from './own-host.ts'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

type Method = (typeof methods)[number]
type Handler = (request: Request, runtime: Runtime) => Response | Promise<Response>

/**
 * The exports of a route file: what is thrown becomes Baton's error answer, a method without a handler `method_not_allowed`.
 */
export function route(
  handlers: Partial<Record<Method, Handler>>,
): Record<Method, (request: Request) => Promise<Response>> {
  const allow = methods.filter((method) => handlers[method] || (method === 'HEAD' && handlers.GET))
  const refuse: Handler = () => {
    throw new OAuthError('method_not_allowed', `use ${allow.join(' or ')}`, { allow })
  }
  const exported = methods.map((method) => {
    const handler = handlers[method] ?? (method === 'HEAD' ? handlers.GET : undefined) ?? refuse
    return [method, (request: Request) => guarded(handler, request)]
  })
  return Object.fromEntries(exported)
}

async function guarded(handler: Handler, request: Request): Promise<Response> {
  const shared = runtime()
  try {
    requireGuarded(request, shared.config.url)
    return await handler(request, shared)
  } catch (error) {
    return errorResponse(error, shared.log)
  }
}

// The guard lane has seen to it where `server.ts` is the entry; Next alone lets everything through.
function requireGuarded({ url, headers }: Request, origin: string): void {
  const { pathname } = new URL(url)
  if (!probes.has(pathname) && !isOwnHost(headers.get('host'), origin))
    throw new OAuthError('misdirected_request', `this is ${origin}, and no other host is served here`)
  if (!backendAddress(pathname)) limitBody((name) => headers.get(name), readsForms.has(pathname))
}
