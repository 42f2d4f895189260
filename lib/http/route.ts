import { OAuthError } from '#lib/oauth/error.ts'
import { type Runtime, runtime } from '#lib/runtime.ts'
import { errorResponse } from './error-answer.ts'

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
    return await handler(request, shared)
  } catch (error) {
    return errorResponse(error, shared.log)
  }
}
