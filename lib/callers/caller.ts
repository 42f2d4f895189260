import type { IncomingMessage } from 'node:http'
import { withoutRepeated } from '#lib/http/cookie.ts'

/** The caller of a request, on either server. */
export type Caller = {
  method: string | undefined
  /** Path and query, as they came. */
  target: string
  /** A request header by its lower-case name. */
  header(name: string): string | undefined
  /** The address at the other end of the connection, where the server tells it. */
  peer?: string | undefined
  /** The connection, when it can carry several calls. */
  connection?: object
}

/** `navigation` for a browser that says that it loads a page (Fetch Metadata). */
export function navigationOf({ header }: Pick<Caller, 'header'>): 'navigation' | undefined {
  return header('sec-fetch-dest') === 'document' ? 'navigation' : undefined
}

/** The caller of a web request. */
export function callerOf(request: Request): Caller {
  const header = (name: string) => request.headers.get(name) ?? undefined
  const { pathname, search } = new URL(request.url)
  return {
    method: request.method,
    target: pathname + search,
    header(name) {
      const value = header(name)
      // Baton's own server has seen to it in its guard.
      return name === 'cookie' && value !== undefined ? withoutRepeated(value) : value
    },
  }
}

/** The caller of Node's own request. */
export function nodeCallerOf(req: IncomingMessage): Caller {
  return {
    method: req.method,
    target: req.url ?? '',
    peer: req.socket.remoteAddress,
    connection: req.socket,
    header: (name) => {
      const value = req.headers[name]
      return Array.isArray(value) ? value.join(', ') : value
    },
  }
}
