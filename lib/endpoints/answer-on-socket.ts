import { type IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

/** An ordinary answer on a socket that asked for an upgrade; the connection ends with it. */
export function answerOnSocket(req: IncomingMessage, socket: Duplex): ServerResponse {
  socket.on('error', () => socket.destroy())
  const res = new ServerResponse(req)
  res.shouldKeepAlive = false
  res.assignSocket(req.socket)
  res.once('finish', () => req.socket.destroySoon())
  return res
}
