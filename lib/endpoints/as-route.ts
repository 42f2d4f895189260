import { callerOf } from '#lib/callers/caller.ts'
import { requireSameOrigin } from '#lib/callers/same-origin.ts'
import { errorResponse } from '#lib/http/error-answer.ts'
import { readForm } from '#lib/http/form.ts'
import { newRequestId, requestIdHeader } from '#lib/http/request-id.ts'
import type { Runtime } from '#lib/runtime.ts'
import { endpointAt } from './all.ts'
import { type Answer, type Endpoint, handlerOf } from './endpoint.ts'
import { limitBody, requireOwnHost } from './guard.ts'
import { unknown } from './unknown.ts'

/**
 * Answers a web request that the App Router got: from the same table as `dispatch`, where Next is the entry,
 * and around what Next itself answers (`inner`), whichever is the entry. Never rejects.
 */
export async function answerRoute(
  request: Request,
  runtime: Runtime,
  inner: () => Promise<Response> = async () => unknown(),
): Promise<Response> {
  const { requestId } = runtime
  // Where `server.ts` is the entry, its response has the id.
  if (requestId.getStore() !== undefined) return answered(request, runtime, inner)
  // Next does not tell who the peer is, so no proxy can be trusted.
  const id = newRequestId()
  const response = await requestId.run(id, () => answered(request, runtime, inner))
  const headers = new Headers(response.headers)
  headers.set(requestIdHeader, id)
  return new Response(response.body, { status: response.status, headers })
}

async function answered(
  request: Request,
  runtime: Runtime,
  inner: () => Promise<Response>,
): Promise<Response> {
  try {
    const endpoint = guarded(request, runtime)
    if (endpoint.asRoute) return await handlerOf(endpoint.asRoute, request.method)(request, runtime, inner)
    // What needs Node's own request and response does not exist where Next is the entry.
    const handler = handlerOf(endpoint.answer ?? unknown, request.method)
    const caller = callerOf(request)
    const form = () => readForm(caller.header('content-type'), request.body)
    return responseOf(await handler({ caller, form }, runtime))
  } catch (error) {
    return errorResponse(error, runtime.log)
  }
}

// `guard` has seen to it where `server.ts` is the entry; Next alone lets everything through.
function guarded(request: Request, { config: { url } }: Runtime): Endpoint {
  const { pathname } = new URL(request.url)
  const endpoint = endpointAt(pathname)
  requireOwnHost(request.headers.get('host'), pathname, endpoint, url)
  limitBody((name) => request.headers.get(name), endpoint)
  if (endpoint.csrf && request.method === 'POST')
    requireSameOrigin(callerOf(request), url, { navigable: true })
  return endpoint
}

function responseOf({ status = 200, headers = {}, body }: Answer): Response {
  const fields = new Headers()
  for (const [name, values] of Object.entries(headers))
    for (const value of [values].flat()) fields.append(name, value)
  const isEmpty = status === 204 || status === 304
  const bytes = typeof body === 'string' ? body : body && new Uint8Array(body)
  return new Response(isEmpty ? null : (bytes ?? null), { status, headers: fields })
}
