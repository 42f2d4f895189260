import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'

type RawRequest = {
  method?: string
  path: string
  /** As they go over the wire, with `Host` and Fetch Metadata, which `fetch` would overwrite. */
  headers?: Record<string, string | string[]>
  body?: string
}

/** Sends one request exactly as it is given, over a connection of its own. */
export async function rawRequest(
  address: string,
  { method = 'GET', path, headers = {}, body }: RawRequest,
): Promise<{ status: number; headers: Headers; text(): Promise<string> }> {
  const { hostname, port } = new URL(address)
  const sent = request({
    hostname,
    port,
    method,
    path,
    headers: { ...headers, ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }) },
    agent: new Agent({ keepAlive: false }),
  })
  sent.end(body)
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  const content = await text(answer)
  return {
    status: answer.statusCode ?? 0,
    headers: new Headers(pairs(answer.rawHeaders)),
    text: async () => content,
  }
}

function pairs(rawHeaders: string[]): [string, string][] {
  return rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ''] as [string, string]] : [],
  )
}
