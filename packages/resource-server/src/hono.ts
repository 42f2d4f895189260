import { responseTo } from './answer.ts'
import type { Caller } from './caller.ts'
import type { ResourceServer } from './resource-server.ts'

/** The variables that `requireCaller` adds to a Hono app: `new Hono<{ Variables: CallerVariables }>()`. */
export type CallerVariables = { caller: Caller }

type Context = {
  req: { method: string; url: string; header(name: string): string | undefined }
  set(key: 'caller', value: Caller): void
}

/** Creates middleware for Hono. It sets the variable `caller`, or answers 401 or 503. */
export function requireCaller(resourceServer: Pick<ResourceServer, 'authenticate'>) {
  return async (context: Context, next: () => Promise<void>): Promise<Response | undefined> => {
    try {
      const { req } = context
      const { pathname: path } = new URL(req.url)
      const proven = { method: req.method, path, proof: req.header('dpop') }
      context.set('caller', await resourceServer.authenticate(req.header('authorization'), proven))
    } catch (error) {
      return responseTo(error)
    }
    await next()
  }
}
