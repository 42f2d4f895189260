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
    request: IncomingMessage & { caller?: Caller },
    response: ServerResponse,
    next: Next,
  ): Promise<void> => {
    try {
      request.caller = await resourceServer.authenticate(request.headers.authorization)
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
