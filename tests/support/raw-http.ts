import { once } from 'node:events'
import { connect } from 'node:net'

type RawAnswer = { status: number; head: string; body: string }

/** Sends bytes as they are, as no HTTP client would, and returns what came until the server closed. */
export async function rawHttp(url: string, ...lines: string[]): Promise<RawAnswer> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  let text = ''
  socket.setEncoding('latin1').on('data', (chunk) => (text += chunk))
  const closed = once(socket, 'close')
  socket.write(`${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n`)
  await closed
  const [head = '', body = ''] = text.split('\r\n\r\n', 2)
  return { status: Number(head.split(' ')[1]), head, body }
}
