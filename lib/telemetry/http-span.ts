import type { Span } from './span.ts'

// Another one is `_OTHER`, and `HTTP` in a name: https://opentelemetry.io/docs/specs/semconv/http/http-spans
const known = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT'])

/** A method as the name of a span begins with it, and as its attribute. */
export function methodOf(method = ''): { title: string; attribute: string } {
  return known.has(method) ? { title: method, attribute: method } : { title: 'HTTP', attribute: '_OTHER' }
}

/** The attributes of a call to this address; neither its path nor its query, which may tell of people. */
export function callAttributes(method: string | undefined, { protocol, hostname, port }: URL) {
  return {
    'http.request.method': methodOf(method).attribute,
    'server.address': hostname,
    'server.port': Number(port) || (protocol === 'https:' ? 443 : 80),
    'url.scheme': protocol.slice(0, -1),
  }
}

type Answered = Span<'request' | 'backend.call' | 'provider.call' | 'token_service.call'>

/** Notes the status of an answer; from `failsFrom` on it is a failure. */
export function noteStatus(span: Answered, status: number, failsFrom: 400 | 500): void {
  span.set({ 'http.response.status_code': status })
  if (status >= failsFrom) span.fail(String(status))
}
