import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { appToken } from '#lib/callers/app-token.ts'
import { askerOf } from '#lib/callers/asker.ts'
import { nodeCallerOf } from '#lib/callers/caller.ts'
import { isPreflight, originHeaders } from '#lib/http/cors.ts'
import { sendError } from '#lib/http/error-answer.ts'
import { setPageHeaders } from '#lib/http/page-headers.ts'
import { identifiedResponse } from '#lib/http/request-id.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import { noteRequest } from '#lib/telemetry/request-record.ts'
import { endpointAt } from './all.ts'
import { answerOnNode } from './answer-on-node.ts'
import { answerOnSocket } from './answer-on-socket.ts'
import { answering, upgrading } from './answering.ts'
import { noteAskedPage } from './asked-page.ts'
import { type Endpoint, type Exchange, handlerOf } from './endpoint.ts'
import { guard, targetOf } from './guard.ts'
import { nextNonce, nonceHeader } from './next-nonce.ts'
import { PageTurns } from './page-turns.ts'
import { showProblem } from './show-problem.ts'

/** Next, which renders pages. */
type Next = {
  answer(req: IncomingMessage, res: ServerResponse): Promise<void>
  /** Hot reload's own WebSocket, in development alone. */
  upgrade?(req: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>
}

type Dispatcher = {
  /** The class of the responses that `answer` gets: the response has decided the id of its request. */
  Response: typeof ServerResponse<IncomingMessage>
  answer(req: IncomingMessage, res: ServerResponse): Promise<void>
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>
}

/**
 * Gives each request to the endpoint of its address, and runs that under the request's record. Neither
 * function ever rejects.
 */
export function dispatcher(runtime: Runtime, next: Next): Dispatcher {
  const { config, gate, log } = runtime
  const turns = new PageTurns(() => gate.isIdle)
  const pages: Next = {
    answer: async (req, res) =>
      turns.take(await askerOf(nodeCallerOf(req), runtime), res, () => next.answer(req, res)),
  }
  const Response = identifiedResponse(runtime.trustedProxies, runtime.leaving.signal)

  /** The endpoint of a request that has passed the guard, with what it takes to answer it. */
  function admitted(req: IncomingMessage, res: ServerResponse): { endpoint: Endpoint; exchange: Exchange } {
    const { target, path, search } = targetOf(req)
    const endpoint = endpointAt(path)
    noteRequest({ route: endpoint.path })
    if (endpoint.isPage || endpoint.isVisited) noteAskedPage(nodeCallerOf(req), endpoint, runtime)
    for (const name in endpoint.headers) res.setHeader(name, endpoint.headers[name] as string)
    if (endpoint.isPage) setPageHeaders(req, res, config)
    const nonce = nextNonce(req.headers.authorization, path, config)
    if (nonce !== undefined) res.setHeader(nonceHeader, nonce)
    guard(req, path, endpoint, runtime)
    const render = (status = 200) => {
      res.statusCode = status
      return (endpoint.takesNoTurn ? next : pages).answer(req, res)
    }
    const cors = corsHeaders(req, endpoint)
    const caller = nodeCallerOf(req)
    return { endpoint, exchange: { req, res, target, search, runtime, caller, cors, render } }
  }

  function corsHeaders(req: IncomingMessage, { cors }: Endpoint): Exchange['cors'] {
    const headers = cors ? originHeaders(req, config) : []
    if (headers.length === 0 || cors === 'always' || isPreflight(req)) return headers
    // A call without a bearer token rides on a cookie, and its answer stays closed to other origins.
    return appToken(nodeCallerOf(req)) ? headers : []
  }

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    try {
      const { endpoint, exchange } = admitted(req, res)
      // Before anything is looked up for a page that would not be rendered.
      if (endpoint.isPage && !endpoint.takesNoTurn && req.method !== 'POST')
        turns.requireRoom(await askerOf(exchange.caller, runtime))
      if (endpoint.onNode) await handlerOf(endpoint.onNode, req.method)(exchange)
      else if (endpoint.answer) await answerOnNode(endpoint, endpoint.answer, exchange)
      else await exchange.render()
    } catch (error) {
      showProblem(req, res, error, { endpoint: endpointOf(req), runtime })
    }
  }

  async function upgrade(req: IncomingMessage, res: ServerResponse, head: Buffer): Promise<void> {
    const { socket } = req
    try {
      const { endpoint, exchange } = admitted(req, res)
      if (endpoint.upgrade) return await endpoint.upgrade(exchange, head)
      if (!next.upgrade || !exchange.target.startsWith('/_next/'))
        throw new OAuthError('not_found', 'there is no WebSocket at this address')
      res.detachSocket(socket)
      await next.upgrade(req, socket, head)
    } catch (error) {
      if (!socket.destroyed) sendError(res, error, log)
    }
  }

  return {
    Response,
    answer: (req, res) => answering(req, res, runtime, () => answer(req, res)),
    upgrade(req, socket, head) {
      const res = answerOnSocket(new Response(req), socket)
      return upgrading(req, res, runtime, () => upgrade(req, res, head))
    },
  }
}

// Of what is no path at all there is none.
function endpointOf(req: IncomingMessage): Endpoint | undefined {
  return req.url?.startsWith('/') ? endpointAt(targetOf(req).path) : undefined
}
