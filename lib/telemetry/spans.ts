import type { SpanAttribute } from './span-attributes.ts'

type Kind = 'server' | 'client' | 'internal'

const of =
  (kind: Kind) =>
  <Attribute extends SpanAttribute>(title: string, when: string, ...attributes: Attribute[]) => ({
    kind,
    /** Its name in a trace. */
    title,
    /** What it is made for, from when to when. */
    when,
    attributes,
  })
const [server, client, internal] = [of('server'), of('client'), of('internal')]

const call = ['http.request.method', 'server.address', 'server.port', 'url.scheme'] as const
const answer = ['http.response.status_code', 'error.type'] as const

/** Every kind of span that Baton makes. */
export const spans = {
  request: server(
    'METHOD ROUTE',
    'A request, from its head to the end of its answer; for a WebSocket until it closes.',
    ...(['http.request.method', 'http.route', ...answer] as const),
    ...(['baton.backend', 'baton.client', 'baton.aborted'] as const),
  ),
  'backend.call': client(
    'METHOD',
    'A call to a backend, from when it has its place to the end of the answer; for a WebSocket to its start.',
    ...([...call, 'http.request.resend_count', ...answer, 'baton.backend'] as const),
  ),
  'provider.call': client(
    'METHOD CALL',
    'A call to a provider or issuer, to the head of its answer.',
    ...([...call, ...answer, 'baton.provider', 'baton.provider.call'] as const),
  ),
  'token_service.call': client(
    'POST token service',
    'A call to the token service.',
    ...([...call, ...answer] as const),
  ),
  database: client(
    'SUMMARY',
    'A statement, with the wait for a connection. Only as part of another span.',
    ...(['db.system.name', 'db.query.summary', 'error.type'] as const),
  ),
  refresh: internal(
    'refresh',
    'The refresh of a token set, with the wait for another instance that does it.',
    ...(['baton.provider', 'baton.refresh.shared', 'error.type'] as const),
  ),
  'handoff.issue': internal('handoff.issue', 'A hand-off nonce is issued.', 'error.type'),
  'handoff.open': internal('handoff.open', 'A nonce is looked up for the page that asks.', 'error.type'),
  'handoff.ask': internal('handoff.ask', 'A browser asks the source for approval.', 'error.type'),
  'handoff.approve': internal('handoff.approve', 'A source answers who asks for approval.', 'error.type'),
  'handoff.redeem': internal(
    'handoff.redeem',
    'A browser wants to redeem a nonce, at Baton or on its way to an application.',
    ...(['baton.handoff.state', 'error.type'] as const),
  ),
} as const

export type SpanName = keyof typeof spans

type Value = string | number | boolean | undefined

/** Values of any attributes; those that are `undefined` are left out. */
export type AttributeValues = Partial<Record<SpanAttribute, Value>>

/** Values of the attributes that a span may have. */
export type AttributesOf<Name extends SpanName> = Partial<
  Record<(typeof spans)[Name]['attributes'][number], Value>
>
