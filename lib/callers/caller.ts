import type { IncomingMessage } from 'node:http'

/** The caller of a request, on either server. */
export type Caller = {
  method: string | undefined
  /** A request header by its lower-case name. */
  header(name: string): string | undefined
  /** The connection, when it can carry several calls. */
  connection?: object
}

/** The caller of a web request. */
export function callerOf(request: Request): Caller {
  return { method: request.method, header: (name) => request.headers.get(name) ?? undefined }
}

/** The caller of Node's own request. */
export function nodeCallerOf(req: IncomingMessage): Caller {
  return {
    method: req.method,
    connection: req.socket,
    header: (name) => {
      const value = req.headers[name]
      return Array.isArray(value) ? value.join(', ') : value
    },
  }
}
