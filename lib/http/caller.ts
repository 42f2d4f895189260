import type { IncomingMessage } from 'node:http'
import type { Caller } from './authenticate.ts'

/** Who calls, from a web request. */
export function callerOf(request: Request): Caller {
  return { method: request.method, header: (name) => request.headers.get(name) ?? undefined }
}

/** Who calls, from Node's own request. */
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
