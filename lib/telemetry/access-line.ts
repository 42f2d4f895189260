import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

import { type Logger, pino } from 'pino'
import { events } from './events.ts'
import { isListenedTo, report } from './reports.ts'
import type { RequestRecord } from './request-record.ts'
import { endRequestSpan } from './request-span.ts'

type Access = { log: Logger; record: RequestRecord; address: string | undefined }

/** How many bytes of a connection earlier lines have told of: answers on it are over one after the other. */
const told = Symbol('bytes that were told')
type Told = Socket & { [told]?: number }

/**
 * Logs one line about a request when its answer is over: sent, or broken off. Reports it as well, and ends
 * its span.
 */
export function tellAnswer(req: IncomingMessage, res: ServerResponse, access: Access): void {
  if (isWanted(access)) res.once('close', atEndOf(req, res, access))
}

/** The same for a request for an upgrade, when its connection closes. */
export function tellUpgrade(req: IncomingMessage, res: ServerResponse, access: Access): void {
  if (isWanted(access)) req.socket.once('close', atEndOf(req, res, access))
}

function isWanted({ log, record }: Access): boolean {
  return log.isLevelEnabled(level) || isListenedTo('request') || record.span !== undefined
}

function atEndOf(
  { method, socket }: IncomingMessage,
  res: ServerResponse,
  { log, record, address }: Access,
): () => void {
  const began = performance.now()
  return () => {
    const isUpgraded = res.statusCode === 101
    const { bytesWritten } = socket
    const bytes = bytesWritten - ((socket as Told)[told] ?? 0)
    ;(socket as Told)[told] = bytesWritten
    const milliseconds = performance.now() - began
    const { route, backend, isStream = false } = record
    const status = res.headersSent || isUpgraded ? res.statusCode : undefined
    const seconds = milliseconds / 1000
    const aborted = !res.writableFinished && !isUpgraded
    report('request', { route, method, status, seconds, backend, isStream: isStream || isUpgraded })
    if (record.span) endRequestSpan(record, { method, status, aborted })
    if (!log.isLevelEnabled(level)) return
    write(log, record, { method, status, milliseconds, bytes, aborted, address })
  }
}

const { level, message } = events.access
const start = `{"level":"${level}","time":"`
const end = `,"msg":"${message}"}\n`

type Answered = {
  method: string | undefined
  status: number | undefined
  milliseconds: number
  bytes: number
  aborted: boolean
  address: string | undefined
}

// Written by hand: pino takes several times as long for a line, and every call of a backend has one. Method,
// route, ids and address have no character that JSON escapes; names of the configuration may.
function write(log: Logger, record: RequestRecord, answered: Answered): void {
  const { id, trace, route, sid, client, backend } = record
  const { method, status, milliseconds, bytes, aborted, address } = answered
  let line = `${start}${timeNow()}","requestId":"${id}"`
  if (trace) line += `,"traceId":"${trace.traceId}"`
  line += `,"event":"access","method":"${method}"`
  if (route !== undefined) line += `,"route":"${route}"`
  if (status !== undefined) line += `,"status":${status}`
  line += `,"ms":${inTenths(milliseconds)},"bytes":${bytes}`
  if (aborted) line += ',"aborted":true'
  if (sid !== undefined) line += `,"sid":"${sid}"`
  if (client !== undefined) line += `,"client":${quoted(client)}`
  if (backend !== undefined) line += `,"backend":${quoted(backend)}`
  if (address !== undefined) line += `,"address":"${address}"`
  streamOf(log).write(line + end)
}

// As whole numbers, which become text in a fraction of the time.
function inTenths(milliseconds: number): string {
  const tenths = Math.round(milliseconds * 10)
  const rest = tenths % 10
  return rest === 0 ? `${tenths / 10}` : `${(tenths - rest) / 10}.${rest}`
}

// There are as many as the configuration has.
const quotedNames = new Map<string, string>()
function quoted(name: string): string {
  let text = quotedNames.get(name)
  if (text === undefined) {
    text = JSON.stringify(name)
    quotedNames.set(name, text)
  }
  return text
}

// Under load many requests end in the same millisecond.
let last = { at: 0, text: '' }
function timeNow(): string {
  const at = Date.now()
  if (at !== last.at) last = { at, text: new Date(at).toISOString() }
  return last.text
}

function streamOf(log: Logger): { write(line: string): void } {
  return (log as unknown as Record<symbol, { write(line: string): void }>)[pino.symbols.streamSym] as never
}
