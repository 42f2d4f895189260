import { responseTo } from './answer.ts'
import type { Caller } from './caller.ts'
import type { ResourceServer } from './resource-server.ts'

/**
 * Wraps a route handler of Next.js. The handler gets `caller` beside `params`; a call without one is answered
 * 401 or 503.
 */
export function withCaller<Req extends Request, Context extends { caller: Caller }>(
  resourceServer: Pick<ResourceServer, 'authenticate'>,
  handler: (request: Req, context: Context) => Response | Promise<Response>,
) {
  // Next checks the type of what a route exports: the caller is no part of what Next gives.
  return async (request: Req, context: Omit<Context, 'caller'>): Promise<Response> => {
    let caller: Caller
    try {
      const { headers, method, url } = request
      const proven = { method, path: new URL(url).pathname, proof: headers.get('dpop') }
      caller = await resourceServer.authenticate(headers.get('authorization'), proven)
    } catch (error) {
      return responseTo(error)
    }
    return handler(request, { ...context, caller } as Context)
  }
}
