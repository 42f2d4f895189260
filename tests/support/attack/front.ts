import { once } from 'node:events'
import { createServer as createHttpServer, type IncomingMessage, request } from 'node:http'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** A request on its way to Baton. */
export type Passing = {
  method: string
  target: string
  headers: Record<string, string | string[] | undefined>
  body: string
}

/** An answer on its way back. */
export type Reply = { status: number; headers: Record<string, string | string[] | undefined>; body: string }

/** What a fault knows besides the request: what it has kept, and Baton, which it can ask. */
export type Hand = { kept: Map<string, string>; ask(passing: Passing): Promise<Reply> }

/** One behaviour of Baton's, broken. What it leaves alone passes as it is. */
export type Fault = {
  /** Changes the first bytes of a connection; `undefined` closes it. */
  bytes?(text: string): string | undefined
  /** Changes a request, or answers it in place of Baton. */
  request?(passing: Passing, hand: Hand): Passing | Reply | Promise<Passing | Reply>
  /** Changes an answer. */
  reply?(reply: Reply, passing: Passing, hand: Hand): Reply | Promise<Reply>
}

/**
 * Stands at Baton's public address and passes bytes on, until `fault` breaks something: a deployment with one
 * hole at a time.
 */
export async function startFront({ port }: { port: number }) {
  let to = ''
  let fault: Fault = {}
  let hand = newHand()
  const sockets = new Set<Socket>()

  function newHand(): Hand {
    return { kept: new Map(), ask: (passing) => passOn(to, passing) }
  }

  const http = createHttpServer(async (req, res) => {
    // What the kit attacks with goes on as it came.
    const passing: Passing = {
      method: req.method ?? '',
      target: req.url ?? '',
      headers: { ...req.headers },
      body: (await buffer(req)).toString('latin1'),
    }
    const [own, mine] = [fault, hand]
    const changed = (await own.request?.(passing, mine)) ?? passing
    const answer = 'status' in changed ? changed : await mine.ask(changed)
    const { status, headers, body } = (await own.reply?.(answer, passing, mine)) ?? answer
    const bytes = Buffer.from(body, 'latin1')
    res.writeHead(status, { ...headers, 'content-length': req.method === 'HEAD' ? 0 : bytes.length })
    res.end(bytes)
  })

  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
    if (fault.request || fault.reply) return void http.emit('connection', socket)
    const upstream = connect(Number(new URL(to).port), '127.0.0.1')
    sockets.add(upstream)
    upstream.on('error', () => socket.destroy()).on('close', () => sockets.delete(upstream))
    socket.on('close', () => upstream.end())
    socket.once('data', (first) => {
      const text = first.toString('latin1')
      const bytes = fault.bytes ? fault.bytes(text) : text
      if (bytes === undefined) return void socket.destroy()
      upstream.write(Buffer.from(bytes, 'latin1'))
      socket.pipe(upstream)
    })
    upstream.pipe(socket)
  }).listen(port, '127.0.0.1')
  await once(server, 'listening')

  return {
    port: (server.address() as AddressInfo).port,
    /** Where Baton listens. */
    leadTo(address: string): void {
      to = address
    },
    /** Breaks this from now on; `undefined` mends all. */
    break(next: Fault = {}): void {
      fault = next
      hand = newHand()
    },
    async close(): Promise<void> {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

async function passOn(to: string, { method, target, headers, body }: Passing): Promise<Reply> {
  const { connection: _, 'transfer-encoding': __, 'content-length': length, ...own } = headers
  const bytes = Buffer.from(body, 'latin1')
  const isSent = length !== undefined || bytes.length > 0
  const outgoing = request({
    ...{ host: '127.0.0.1', port: new URL(to).port, method, path: target, agent: false },
    headers: { ...own, ...(isSent && { 'content-length': bytes.length }) },
  }).end(bytes)
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
  const { connection: ___, 'transfer-encoding': ____, ...kept } = answer.headers
  return { status: answer.statusCode ?? 0, headers: kept, body: (await buffer(answer)).toString('latin1') }
}
