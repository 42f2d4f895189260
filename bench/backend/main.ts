import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { BytesCheck, bytes, kilobyte } from './bodies.ts'
import { EventFan } from './event-fan.ts'

// The backend behind every proxy of the bench. It checks nothing and has all answers prepared.

const fan = new EventFan()
const json = { 'content-type': 'application/json' }

const server = createServer((req, res) => {
  const [path = '', query = ''] = (req.url ?? '').split('?')
  if (path === '/json') return send(res, kilobyte)
  answer(path, new URLSearchParams(query), req, res).catch(() => res.destroy())
})
server.keepAliveTimeout = 600_000
server.listen(Number(process.env.PORT), '127.0.0.1', 4096)

async function answer(path: string, query: URLSearchParams, req: IncomingMessage, res: ServerResponse) {
  const [, name, argument = ''] = path.split('/')
  switch (name) {
    case 'bytes':
      res.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': Number(argument) })
      return pipeline(Readable.from(bytes(Number(argument))), res)
    case 'upload':
      return send(res, Buffer.from(JSON.stringify(await received(req))))
    case 'first-byte':
      res.writeHead(200, { 'content-type': 'text/plain', 'cache-control': 'no-store' })
      res.write(`${process.hrtime.bigint()}\n`)
      await sleep(Number(argument))
      res.end('the rest\n')
      return
    case 'events':
      return fan.add(argument, res)
    case 'publish':
      return send(
        res,
        Buffer.from(JSON.stringify({ streams: fan.publish(argument, Number(query.get('id'))) })),
      )
    case 'end':
      return send(res, Buffer.from(JSON.stringify({ streams: fan.end(argument) })))
    case 'authorization':
      return send(res, Buffer.from(JSON.stringify({ authorization: req.headers.authorization ?? null })))
    default:
      res.writeHead(404).end()
  }
}

function send(res: ServerResponse, body: Buffer): void {
  res.writeHead(200, { ...json, 'content-length': body.length }).end(body)
}

async function received(req: IncomingMessage) {
  const check = new BytesCheck()
  for await (const chunk of req) check.take(chunk)
  return { bytes: check.length, isRight: check.isRight }
}
