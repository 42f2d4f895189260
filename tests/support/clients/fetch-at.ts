import { httpCall } from './http-call.ts'

type Sent = { method?: string; headers?: Record<string, string>; form?: Record<string, string> }

/** As `fetch`, to one of several instances: by its own address, and with Baton's public host. */
export async function fetchAt(
  instance: string,
  url: string,
  { method = 'GET', headers, form }: Sent = {},
): Promise<Response> {
  const { host, pathname, search } = new URL(url)
  const type = form && { 'content-type': 'application/x-www-form-urlencoded' }
  const answer = await httpCall(instance, pathname + search, {
    method,
    headers: { host, ...type, ...headers },
    ...(form && { body: String(new URLSearchParams(form)) }),
  })
  const { status, body } = answer
  const fields = Object.entries(answer.headers).map(([name, value]): [string, string] => [
    name,
    String(value),
  ])
  return new Response(status === 204 ? null : new Uint8Array(body), { status, headers: fields })
}
