import { once } from 'node:events'
import { type Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

export type CallOptions = {
  method?: string
  /** `undefined` leaves a header out that would be there otherwise. */
  headers?: Record<string, string | string[] | undefined>
  /** A stream goes out chunked, unless the headers say a length. */
  body?: string | Buffer | Readable
  /** Aborted, the caller leaves. */
  signal?: AbortSignal
  /** Keeps connections. Default: each call has its own. */
  agent?: Agent
}

export type Reply = {
  status: number
  headers: IncomingHttpHeaders
  /** Names and values as they came over the wire. */
  rawHeaders: string[]
  body: Buffer
  text: string
  json<Shape = Record<string, string>>(): Shape
}

/**
 * Sends one request, on its own connection unless there is an agent, with the path as it is given: `fetch`
 * would change the path, add headers and refuse some methods. Rejects when the connection breaks before the
 * answer is complete.
 */
export async function httpCall(address: string, path: string, options: CallOptions = {}): Promise<Reply> {
  const answer = await openCall(address, path, options)
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  const text = body.toString('utf8')
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    rawHeaders: answer.rawHeaders,
    body,
    text,
    json: () => JSON.parse(text),
  }
}

/** As `httpCall`, resolved as soon as the headers of the answer are there. */
export async function openCall(
  address: string,
  path: string,
  { method = 'GET', headers = {}, body, signal, agent }: CallOptions = {},
): Promise<IncomingMessage> {
  const { hostname, port } = new URL(address)
  const given = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined))
  const outgoing = request({
    hostname,
    port,
    path,
    method,
    agent: agent ?? false,
    headers: given,
    ...(signal && { signal }),
  })
  const answered = once(outgoing, 'response')
  // A server may answer and close before it has taken the whole body.
  outgoing.on('error', () => {})
  if (body instanceof Readable) pipeline(body, outgoing).catch(() => {})
  else outgoing.end(body)
  const [answer] = (await answered) as [IncomingMessage]
  return answer
}
