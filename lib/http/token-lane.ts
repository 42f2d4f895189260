import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Runtime } from '#lib/runtime.ts'
import { nodeCallerOf } from './caller.ts'
import { allowOrigins } from './cors.ts'
import { closeUnlessComplete, endAnswer } from './end-answer.ts'
import { sendError } from './error-answer.ts'
import { tokenRequest } from './token-request.ts'

/** `POST /api/token` on Node's own request and response. Returns `false` for anything else, which is Next's to refuse. */
export async function tokenLane(
  req: IncomingMessage,
  res: ServerResponse,
  runtime: Runtime,
): Promise<boolean> {
  if (req.url?.split('?', 1)[0] !== '/api/token') return false
  if (allowOrigins(req, res, 'POST', runtime)) return true
  if (req.method !== 'POST') return false
  try {
    const { status, headers, body } = await tokenRequest(nodeCallerOf(req), runtime)
    closeUnlessComplete(res)
    const isEmpty = status === 204 || status === 304
    res.writeHead(status, { ...headers, ...(!isEmpty && { 'content-length': body.length }) })
    if (!isEmpty) res.write(body)
    endAnswer(res)
  } catch (error) {
    sendError(res, error, runtime.log)
  }
  return true
}
