import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import { sendError } from './error-answer.ts'
import { guardLane } from './guard-lane.ts'
import { handoffLane } from './handoff-lane.ts'
import { interactionLane } from './interaction-lane.ts'
import { nonceLane } from './nonce-lane.ts'
import { oidcLane } from './oidc-lane.ts'
import { setPageHeaders } from './page-headers.ts'
import { proxyLane } from './proxy-lane.ts'
import { revocationsLane } from './revocations-lane.ts'
import { tokenLane } from './token-lane.ts'
import { answerOn, websocketLane } from './websocket-lane.ts'

/** Next, which answers what no lane does. */
export type Next = {
  answer(req: IncomingMessage, res: ServerResponse): Promise<void>
  /** Hot reload's own WebSocket, in development alone. */
  upgrade?(req: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>
}

export type Lanes = {
  answer(req: IncomingMessage, res: ServerResponse): Promise<void>
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>
}

/** Each request goes to the first lane that knows its address. Neither function ever rejects. */
export function lanes(runtime: Runtime, next: Next): Lanes {
  const page = async (req: IncomingMessage, res: ServerResponse, status = 200) => {
    res.statusCode = status
    if (!req.url?.startsWith('/api/')) setPageHeaders(req, res, runtime)
    await next.answer(req, res)
  }

  return {
    async answer(req, res) {
      try {
        if (guardLane(req, res, runtime)) return
        if (await proxyLane(req, res, runtime)) return
        if (await nonceLane(req, res, runtime)) return
        if (await tokenLane(req, res, runtime)) return
        if (await revocationsLane(req, res, runtime)) return
        if (await handoffLane(req, res, runtime, page)) return
        if (await oidcLane(req, res, runtime)) return
        if (await interactionLane(req, res, runtime, page)) return
        await page(req, res)
      } catch (error) {
        sendError(res, error, runtime.log)
      }
    },

    async upgrade(req, socket, head) {
      const res = answerOn(req, socket)
      try {
        if (guardLane(req, res, runtime)) return
        if (await websocketLane(req, res, head, runtime)) return
        if (!next.upgrade || !req.url?.startsWith('/_next/'))
          throw new OAuthError('not_found', 'there is no WebSocket at this address')
        res.detachSocket(req.socket)
        await next.upgrade(req, socket, head)
      } catch (error) {
        sendError(res, error, runtime.log)
      }
    },
  }
}
