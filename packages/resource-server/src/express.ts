import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerTo } from './answer.ts'
import type { Caller } from './caller.ts'
import type { ResourceServer } from './resource-server.ts'

declare global {
  // Express's place for what middleware adds to a request.
  namespace Express {
    interface Request {
      /** Who makes this call. Set by `requireCaller`. */
      caller?: Caller
    }
  }
}

type Next = (error?: unknown) => void

/**
 * Creates middleware for Express, Connect and similar frameworks. It sets `request.caller`, or answers 401 or
 * 503.
 */
export function requireCaller(resourceServer: Pick<ResourceServer, 'authenticate'>) {
  return async (
    request: IncomingMessage & { caller?: Caller; originalUrl?: string },
    response: ServerResponse,
    next: Next,
  ): Promise<void> => {
    try {
      const { authorization, dpop } = request.headers
      const { method = '' } = request
      // Where it is mounted, Express takes the path off `url`.
      const path = request.originalUrl ?? request.url ?? ''
      // Several of a kind come joined: no proof has a comma.
      const proof = dpop === undefined ? undefined : String(dpop)
      request.caller = await resourceServer.authenticate(authorization, { method, path, proof })
    } catch (error) {
      return refuse(error, response, next)
    }
    next()
  }
}

function refuse(error: unknown, response: ServerResponse, next: Next): void {
  try {
    const { status, headers, body } = answerTo(error)
    response.writeHead(status, headers).end(body)
  } catch (unexpected) {
    next(unexpected)
  }
}
