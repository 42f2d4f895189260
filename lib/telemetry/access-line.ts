import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Logger } from 'pino'
import { type RequestRecord, whileAnswering } from './request-record.ts'
import { tell } from './tell.ts'

type Access = { log: Logger; record: RequestRecord; address: string | undefined }

/** How many bytes of a connection earlier lines have told of: answers on it are over one after the other. */
const told = new WeakMap<Socket, number>()

/** Logs one line about a request when its answer is over: sent, or broken off. */
export function tellAnswer(req: IncomingMessage, res: ServerResponse, access: Access): void {
  if (access.log.isLevelEnabled('info')) res.once('close', lineOf(req, res, access))
}

/** The same for a request for an upgrade, when its connection closes. */
export function tellUpgrade(req: IncomingMessage, res: ServerResponse, access: Access): void {
  if (access.log.isLevelEnabled('info')) req.socket.once('close', lineOf(req, res, access))
}

function lineOf(
  { method, socket }: IncomingMessage,
  res: ServerResponse,
  { log, record, address }: Access,
): () => void {
  const began = performance.now()
  return () => {
    const isUpgraded = res.statusCode === 101
    const bytes = socket.bytesWritten - (told.get(socket) ?? 0)
    told.set(socket, socket.bytesWritten)
    const line = {
      method,
      route: record.route,
      status: res.headersSent || isUpgraded ? res.statusCode : undefined,
      ms: Math.round((performance.now() - began) * 10) / 10,
      bytes,
      aborted: res.writableFinished || isUpgraded ? undefined : true,
      sid: record.sid,
      client: record.client,
      backend: record.backend,
      address,
    }
    whileAnswering(record, () => tell(log, 'access', line))
  }
}
