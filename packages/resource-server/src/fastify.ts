import { answerTo } from './answer.ts'
import type { Caller } from './caller.ts'
import type { ResourceServer } from './resource-server.ts'

type Request = {
  method: string
  originalUrl: string
  headers: { authorization?: string | undefined; [name: string]: string | string[] | undefined }
  caller?: Caller | null
}
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
 * Creates a plugin for Fastify that guards every route of the scope that registers it. It sets the request
 * decorator `caller`, or answers 401 or 503 before the body is read.
 */
export function requireCaller(resourceServer: Pick<ResourceServer, 'authenticate'>) {
  const plugin = async (fastify: Instance): Promise<void> => {
    fastify.decorateRequest('caller', null)
    fastify.addHook('onRequest', async (request, reply) => {
      try {
        const { method, originalUrl: path, headers } = request
        // Several of a kind come joined: no proof has a comma.
        const proof = headers.dpop === undefined ? undefined : String(headers.dpop)
        request.caller = await resourceServer.authenticate(headers.authorization, { method, path, proof })
      } catch (error) {
        const { status, headers, body } = answerTo(error)
        return reply.code(status).headers(headers).send(body)
      }
    })
  }
  // Tells Fastify to run the hooks in the registering scope instead of a new one.
  return Object.assign(plugin, { [Symbol.for('skip-override')]: true })
}
