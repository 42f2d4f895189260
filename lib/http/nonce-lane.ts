import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Runtime } from '#lib/runtime.ts'
import { nodeCallerOf } from './caller.ts'
import { allowOrigins } from './cors.ts'
import { sendError } from './error-answer.ts'
import { nonceRequest } from './nonce-request.ts'

/** `POST /api/nonce` on Node's own request and response. Returns `false` for anything else, which is Next's to refuse. */
export async function nonceLane(
  req: IncomingMessage,
  res: ServerResponse,
  runtime: Runtime,
): Promise<boolean> {
  if (req.url?.split('?', 1)[0] !== '/api/nonce') return false
  if (allowOrigins(req, res, 'POST', runtime)) return true
  if (req.method !== 'POST') return false
  try {
    const body = JSON.stringify(await nonceRequest(nodeCallerOf(req), req, runtime))
    res.writeHead(200, {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'content-length': Buffer.byteLength(body),
    })
    res.end(body)
  } catch (error) {
    sendError(res, error, runtime.log)
  }
  return true
}
