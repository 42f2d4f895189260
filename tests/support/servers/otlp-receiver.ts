import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { listen } from '../partners.ts'
import { decode } from './otlp.ts'

/** A span as a receiver has it. */
export type ReceivedSpan = {
  traceId: string
  spanId: string
  /** `undefined` for the root of a trace. */
  parentSpanId?: string
  traceState?: string
  name: string
  kind: 'internal' | 'server' | 'client'
  attributes: Record<string, string | number>
  hasFailed: boolean
  /** Those of the resource that it came from. */
  resource: Record<string, string | number>
}

const kinds = [undefined, 'internal', 'server', 'client'] as const

/** A receiver of OTLP by HTTP with Protocol Buffers, which keeps what arrives at `/v1/traces`. */
export async function startOtlpReceiver(port = 0) {
  const spans: ReceivedSpan[] = []
  const bodies: Buffer[] = []
  const headers: Record<string, unknown>[] = []
  const how = { status: 200, delay: Promise.resolve() as Promise<unknown> }
  const server = await listen(async (request, response) => {
    const sent = await buffer(request)
    headers.push(request.headers)
    await how.delay
    if (how.status !== 200) return void response.writeHead(how.status).end()
    if (request.url !== '/v1/traces' || request.headers['content-type'] !== 'application/x-protobuf')
      return void response.writeHead(404).end()
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent
    spans.push(...spansOf(body))
    bodies.push(body)
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end()
  }, port)
  return {
    ...server,
    spans,
    /** The requests as they came. */
    bodies,
    headers,
    /** How it answers. */
    how,
    /** All that it has got, as text. */
    text: () => Buffer.concat(bodies).toString('latin1'),
  }
}

type Pairs = { key: string; value: Record<string, string | number> }[]

function spansOf(body: Buffer): ReceivedSpan[] {
  const { resourceSpans } = decode('ExportTraceServiceRequest', body) as {
    resourceSpans: { resource: { attributes: Pairs }; scopeSpans: { spans: Sent[] }[] }[]
  }
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map(({ attributes = [], status, kind, parentSpanId, ...span }) => ({
        ...span,
        ...(parentSpanId && { parentSpanId }),
        kind: kinds[kind] as ReceivedSpan['kind'],
        attributes: valuesOf(attributes),
        hasFailed: status?.code === 2,
        resource: valuesOf(resource.attributes),
      })),
    ),
  )
}

type Sent = Omit<ReceivedSpan, 'attributes' | 'kind' | 'hasFailed' | 'resource'> & {
  kind: number
  attributes?: Pairs
  status?: { code?: number }
}

function valuesOf(pairs: Pairs): Record<string, string | number> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, Object.values(value)[0] ?? '']))
}
