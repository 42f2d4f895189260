import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { clientAddress } from '#lib/http/client-address.ts'
import type { Runtime } from '#lib/runtime.ts'
import { tellAnswer, tellUpgrade } from '#lib/telemetry/access-line.ts'
import { type RequestRecord, whileAnswering } from '#lib/telemetry/request-record.ts'
import { tracedAs } from '#lib/telemetry/request-span.ts'
import { traceContext } from '#lib/telemetry/trace-context.ts'

type Needs = Pick<Runtime, 'log' | 'trustedProxies'>

/**
 * Runs what answers a request under its record, and logs the request and ends its span when the answer is
 * over.
 */
export function answering<Result>(
  req: IncomingMessage,
  res: ServerResponse,
  needs: Needs,
  work: () => Result,
): Result {
  const record = recordOf(req)
  tellAnswer(req, res, { log: needs.log, record, address: addressOf(req, needs) })
  return whileAnswering(record, work)
}

/** The same for a request for an upgrade, which is over when its connection closes. */
export function upgrading<Result>(
  req: IncomingMessage,
  res: ServerResponse,
  needs: Needs,
  work: () => Result,
): Result {
  const record = recordOf(req)
  tellUpgrade(req, res, { log: needs.log, record, address: addressOf(req, needs) })
  return whileAnswering(record, work)
}

function recordOf({ method, headers }: IncomingMessage): RequestRecord {
  // Its response has put the id there. Node joins repeated headers with commas, which no `traceparent` has.
  const { 'x-request-id': id, traceparent, tracestate } = headers as Record<string, string | undefined>
  return { id: id as string, ...tracedAs(method, traceContext(traceparent, tracestate)) }
}

type From = { forwardedFor: string | undefined; forwarded: string | undefined; address: string | undefined }

const lastOf = new WeakMap<Socket, From>()

// Calls on one connection mostly come from one place, and finding out takes longer than to compare.
function addressOf({ headers, socket }: IncomingMessage, { trustedProxies }: Needs): string | undefined {
  const { forwarded } = headers
  const forwardedFor = headers['x-forwarded-for'] as string | undefined
  const last = lastOf.get(socket)
  if (last && last.forwardedFor === forwardedFor && last.forwarded === forwarded) return last.address
  const peer = socket.remoteAddress ?? ''
  const { address } = clientAddress({ peer, forwardedFor, forwarded, trusted: trustedProxies })
  lastOf.set(socket, { forwardedFor, forwarded, address })
  return address
}
