import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

/** Makes a response an ordinary answer on a socket that asked for an upgrade; the connection ends with it. */
export function answerOnSocket<Response extends ServerResponse<IncomingMessage>>(
  res: Response,
  socket: Duplex,
): Response {
  const { req } = res
  socket.on('error', () => socket.destroy())
  res.shouldKeepAlive = false
  res.assignSocket(req.socket)
  res.once('finish', () => req.socket.destroySoon())
  return res
}
