import type { Fault, Passing, Reply } from '../front.ts'

type Headers = Passing['headers']

export const pathOf = ({ target }: Passing) => target.split('?')[0] ?? ''
export const queryOf = ({ target }: Passing) => new URLSearchParams(target.split('?')[1])
export const formOf = ({ body }: Passing) => new URLSearchParams(body)
export const textIn = (value: string | string[] | undefined) => [value].flat().join('; ')
export const isPost = (path: string) => (passing: Passing) =>
  passing.method === 'POST' && pathOf(passing).startsWith(path)

/** Requests like this one get other headers on their way; `undefined` takes one away. */
export function withHeaders(isMeant: (passing: Passing) => boolean, headers: Headers): Fault {
  return { request: (passing) => (isMeant(passing) ? changed(passing, headers) : passing) }
}

export const changed = (passing: Passing, headers: Headers): Passing => ({
  ...passing,
  headers: without({ ...passing.headers, ...headers }),
})

/** Forms to this path get other fields on their way; `undefined` takes one away. */
export function withFields(path: string, fields: Record<string, string | undefined>): Fault {
  return { request: (passing) => (isPost(path)(passing) ? withForm(passing, fields) : passing) }
}

export function withForm(passing: Passing, fields: Record<string, string | undefined>): Passing {
  const form = Object.fromEntries(formOf(passing))
  const kept = Object.entries({ ...form, ...fields }).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  )
  return { ...passing, body: String(new URLSearchParams(kept)) }
}

/** Requests to this path get other parameters on their way. */
export function withQuery(path: string, change: (query: URLSearchParams) => void): Fault {
  return {
    request(passing) {
      if (pathOf(passing) !== path) return passing
      const query = queryOf(passing)
      change(query)
      return { ...passing, target: `${path}?${query}` }
    },
  }
}

/** Answers of paths that begin so get other headers on their way; `undefined` takes one away. */
export function withAnswerHeaders(path: string, headers: Headers): Fault {
  return {
    reply: (reply, passing) =>
      pathOf(passing).startsWith(path)
        ? { ...reply, headers: without({ ...reply.headers, ...headers }) }
        : reply,
  }
}

/** Answers of this path get another body. */
export function withBody(path: string, change: (body: string, passing: Passing) => string): Fault {
  return {
    reply: (reply, passing) =>
      pathOf(passing) === path ? { ...reply, body: change(reply.body, passing) } : reply,
  }
}

/** The members of JSON, with others besides. */
export const withMembers = (more: object) => (body: string) =>
  JSON.stringify({ ...JSON.parse(body), ...more })

/** Answers requests in place of Baton. */
export function answering(isMeant: (passing: Passing) => boolean, reply: (passing: Passing) => Reply): Fault {
  return { request: (passing) => (isMeant(passing) ? reply(passing) : passing) }
}

export const answer = (status: number, body = '', headers: Headers = {}): Reply => ({ status, headers, body })
export const redirect = (location: string): Reply => answer(303, '', { location })
export const json = (value: object): Reply =>
  answer(200, JSON.stringify(value), { 'content-type': 'application/json' })

/** The `Cookie` header that a browser makes of these `Set-Cookie`. */
export const cookiesOf = ({ headers }: Reply) =>
  [headers['set-cookie'] ?? []]
    .flat()
    .map((header) => header.split(';')[0])
    .join('; ')

const without = (headers: Headers): Headers =>
  Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined))
