import { answerTo } from './answer.ts'
import type { Caller } from './caller.ts'
import type { ResourceServer } from './resource-server.ts'

type Request = { headers: { authorization?: string | undefined }; caller?: Caller | null }
type Reply = {
  code(status: number): Reply
  headers(values: Record<string, string>): Reply
  send(payload: string): Reply
}
type Instance = {
  decorateRequest(name: string, value: null): unknown
  addHook(name: 'onRequest', hook: (request: Request, reply: Reply) => Promise<unknown>): unknown
}

/**
 * A plugin for Fastify: every call of the scope that registers it is let through with the request's decorator
 * `caller`, or answered 401 or 503 before its body is read.
 */
export function requireCaller(resourceServer: Pick<ResourceServer, 'authenticate'>) {
  const plugin = async (fastify: Instance): Promise<void> => {
    fastify.decorateRequest('caller', null)
    fastify.addHook('onRequest', async (request, reply) => {
      try {
        request.caller = await resourceServer.authenticate(request.headers.authorization)
      } catch (error) {
        const { status, headers, body } = answerTo(error)
        return reply.code(status).headers(headers).send(body)
      }
    })
  }
  // Fastify's mark of a plugin whose hooks are for the scope that registers it, not for one of its own.
  return Object.assign(plugin, { [Symbol.for('skip-override')]: true })
}
