import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Logger } from 'pino'
import { isListenedTo, report } from './reports.ts'
import { type RequestRecord, whileAnswering } from './request-record.ts'
import { tell } from './tell.ts'

type Access = { log: Logger; record: RequestRecord; address: string | undefined }

/** How many bytes of a connection earlier lines have told of: answers on it are over one after the other. */
const told = new WeakMap<Socket, number>()

/** Logs one line about a request when its answer is over: sent, or broken off. Reports it as well. */
export function tellAnswer(req: IncomingMessage, res: ServerResponse, access: Access): void {
  if (isWanted(access)) res.once('close', lineOf(req, res, access))
}

/** The same for a request for an upgrade, when its connection closes. */
export function tellUpgrade(req: IncomingMessage, res: ServerResponse, access: Access): void {
  if (isWanted(access)) req.socket.once('close', lineOf(req, res, access))
}

function isWanted({ log }: Access): boolean {
  return log.isLevelEnabled('info') || isListenedTo('request')
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
    const milliseconds = performance.now() - began
    const { route, backend, isStream = false } = record
    const status = res.headersSent || isUpgraded ? res.statusCode : undefined
    const seconds = milliseconds / 1000
    report('request', { route, method, status, seconds, backend, isStream: isStream || isUpgraded })
    const line = {
      method,
      route,
      status,
      ms: Math.round(milliseconds * 10) / 10,
      bytes,
      aborted: res.writableFinished || isUpgraded ? undefined : true,
      sid: record.sid,
      client: record.client,
      backend,
      address,
    }
    whileAnswering(record, () => tell(log, 'access', line))
  }
}
