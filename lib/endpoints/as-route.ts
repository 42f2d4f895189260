import { callerOf } from '#lib/callers/caller.ts'
import { errorResponse } from '#lib/http/error-answer.ts'
import { readForm, readText } from '#lib/http/form.ts'
import { newRequestId, requestIdHeader } from '#lib/http/request-id.ts'
import type { Runtime } from '#lib/runtime.ts'
import { report } from '#lib/telemetry/reports.ts'
import {
  currentRequest,
  noteRequest,
  type RequestRecord,
  whileAnswering,
} from '#lib/telemetry/request-record.ts'
import { endRequestSpan, tracedAs } from '#lib/telemetry/request-span.ts'
import { tell } from '#lib/telemetry/tell.ts'
import { traceContext } from '#lib/telemetry/trace-context.ts'
import { endpointAt } from './all.ts'
import { noteAskedPage } from './asked-page.ts'
import { type Answer, type Endpoint, handlerOf } from './endpoint.ts'
import { limitBody, refuseServerAction, requireOwnForm, requireOwnHost } from './guard.ts'
import { nextNonce, nonceHeader } from './next-nonce.ts'
import { unknown } from './unknown.ts'

/** Answers a web request that the App Router got, from the same table as `dispatch`. Never rejects. */
export async function answerRoute(request: Request, runtime: Runtime): Promise<Response> {
  // Where `server.ts` is the entry, it has made the record.
  if (currentRequest()) return answered(request, runtime)
  // Next does not tell who the peer is, so no proxy can be trusted.
  const id = newRequestId()
  const sent = (name: string) => request.headers.get(name) ?? undefined
  const caller = traceContext(sent('traceparent'), sent('tracestate'))
  const record: RequestRecord = { id, ...tracedAs(request.method, caller) }
  const response = await whileAnswering(record, () => told(request, record, runtime))
  const headers = new Headers(response.headers)
  headers.set(requestIdHeader, id)
  const { pathname: path } = new URL(request.url)
  const nonce = nextNonce(sent('authorization'), path, runtime.config)
  if (nonce !== undefined) headers.set(nonceHeader, nonce)
  return new Response(response.body, { status: response.status, headers })
}

// When the answer is complete Next does not say.
async function told(request: Request, record: RequestRecord, runtime: Runtime): Promise<Response> {
  const began = performance.now()
  const response = await answered(request, runtime)
  const milliseconds = performance.now() - began
  const { id: _, trace: __, span: ___, page: ____, isStream = false, ...known } = record
  const { route, backend } = known
  const answer = { method: request.method, status: response.status }
  report('request', { route, backend, ...answer, seconds: milliseconds / 1000, isStream })
  endRequestSpan(record, { ...answer, aborted: false })
  tell(runtime.log, 'access', { ...answer, ms: Math.round(milliseconds * 10) / 10, ...known })
  return response
}

async function answered(request: Request, runtime: Runtime): Promise<Response> {
  try {
    const endpoint = guarded(request, runtime)
    if (endpoint.asRoute) return await handlerOf(endpoint.asRoute, request.method)(request, runtime)
    // What needs Node's own request and response does not exist where Next is the entry.
    const handler = handlerOf(endpoint.answer ?? unknown, request.method)
    const caller = callerOf(request)
    const { pathname, search } = new URL(request.url)
    const call = {
      caller,
      url: new URL(runtime.config.url + pathname + search),
      text: () => readText(request.body),
      form: () => readForm(caller.header('content-type'), request.body),
    }
    return responseOf(await handler(call, runtime))
  } catch (error) {
    return errorResponse(error, runtime.log)
  }
}

// `guard` has seen to it where `server.ts` is the entry; Next alone lets everything through.
function guarded(request: Request, runtime: Runtime): Endpoint {
  const { url } = runtime.config
  const { pathname } = new URL(request.url)
  const endpoint = endpointAt(pathname)
  noteRequest({ route: endpoint.path })
  const caller = callerOf(request)
  if (endpoint.isPage || endpoint.isVisited) noteAskedPage(caller, endpoint, runtime)
  requireOwnHost([caller.header('host')], pathname, endpoint, url)
  refuseServerAction(caller, endpoint)
  limitBody(caller.header, endpoint)
  requireOwnForm(caller, endpoint, url)
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
