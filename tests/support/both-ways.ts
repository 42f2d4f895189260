import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'

/** A form for an address of the OpenID Provider. */
export type Sent = { path: string; form: Record<string, string>; authorization?: string }

/** What is sent, with one parameter more that says nothing: that has to go to the library. */
export const throughLibrary = (sent: Sent): Sent => ({ ...sent, form: { ...sent.form, x: 'x' } })

/** The answer with all its header lines, byte for byte, but for what each answer has of its own. */
export async function answerOf(url: string, { path, form, authorization }: Sent): Promise<string> {
  const body = String(new URLSearchParams(form))
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  const length = { 'content-length': Buffer.byteLength(body) }
  const sent = request(`${url}${path}`, {
    method: 'POST',
    headers: { ...type, ...length, ...(authorization && { authorization }) },
  }).end(body)
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  const lines = answer.rawHeaders.flatMap((name, index, all) =>
    index % 2 === 1 || /^(date|x-request-id)$/i.test(name) ? [] : [`${name}: ${all[index + 1]}`],
  )
  return [answer.statusCode, ...lines, '', await text(answer)].join('\n')
}
