import { httpCall } from '../clients/http-call.ts'
import { newPerson, type Person } from '../person.ts'
import type { Stage } from '../stage.ts'
import { operationOf } from './description.ts'
import type { OpenApiRecord } from './record.ts'

/** What is asked: a form, or JSON. */
type Asked = {
  method?: string
  headers?: Record<string, string>
  form?: Record<string, string>
  json?: unknown
  /** A body of any other type. */
  body?: string
}

export type Asker = ReturnType<typeof asker>

/** Asks Baton, and has the record compare each answer with the description. */
export function asker({ baton }: Pick<Stage, 'baton'>, record: OpenApiRecord) {
  const { host } = new URL(baton.url)

  async function send(path: string, { method = 'GET', headers, form, json, body }: Asked): Promise<Response> {
    const type = form ? 'application/x-www-form-urlencoded' : json !== undefined && 'application/json'
    const sent = form ? String(new URLSearchParams(form)) : json === undefined ? body : JSON.stringify(json)
    const reply = await httpCall(baton.address, path, {
      method,
      headers: { host, ...(type && { 'content-type': type }), ...headers },
      ...(sent !== undefined && { body: sent }),
    })
    const fields = Object.entries(reply.headers).flatMap(([name, value = []]) =>
      [value].flat().map((each): [string, string] => [name, each]),
    )
    record.note(
      method,
      { path, headers: new Headers(headers), body: sent },
      { status: reply.status, headers: new Headers(fields), text: reply.text },
    )
    const isEmpty = reply.status === 204 || reply.status === 304
    return new Response(isEmpty ? null : reply.text, { status: reply.status, headers: fields })
  }

  /** Sends a request, and where it is a GET, the same by HEAD first. */
  async function ask(path: string, asked: Asked = {}): Promise<Response> {
    const isRead = (asked.method ?? 'GET') === 'GET' && operationOf('HEAD', path)
    if (isRead) await send(path, { ...asked, method: 'HEAD' })
    return send(path, asked)
  }

  return {
    ask,
    /** Posts a form. */
    post: (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
      ask(path, { method: 'POST', form, headers }),
    /** A browser, whose answers are compared as well. */
    browser(always: Record<string, string> = {}): Person {
      const watch: Parameters<typeof newPerson>[1] = (path, text, { method, sent, ...head }) => {
        // After the headers there is an empty line.
        const body = text.slice(text.indexOf('\n\n') + 2)
        const { pathname, search } = new URL(path, baton.url)
        record.note(method, { path: pathname + search, ...sent }, { ...head, text: body })
      }
      return newPerson(baton.url, watch, always)
    },
    /** Opens so many streams of events, and leaves them all after the first of each. */
    async listen(path: string, headers: Record<string, string>, times = 1): Promise<string> {
      const leave = new AbortController()
      let text = ''
      for (let time = 0; time < times; time++) {
        const answer = await fetch(baton.url + path, { headers, signal: leave.signal })
        const first = await answer.body?.getReader().read()
        text = new TextDecoder().decode(first?.value)
        const { status, headers: own } = answer
        record.note('GET', { path, headers: new Headers(headers) }, { status, headers: own, text })
      }
      leave.abort()
      return text
    },
  }
}
