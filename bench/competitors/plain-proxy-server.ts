import { createServer } from 'node:http'
import { Agent } from 'undici'

// The upper limit of Node.js: no session, no token, and only the headers removed that HTTP forbids to
// forward.

const agent = new Agent({ pipelining: 1 })
const origin = process.env.BACKEND_URL ?? ''

createServer((req, res) => {
  const { host, connection, 'transfer-encoding': transferEncoding, ...headers } = req.headers
  const body = transferEncoding !== undefined || headers['content-length'] !== undefined ? req : null
  const options = { origin, path: req.url ?? '/', method: req.method ?? 'GET', headers, body }
  agent
    .stream({ ...options, opaque: res }, ({ statusCode, headers: answered }) => {
      delete answered.connection
      delete answered['keep-alive']
      delete answered['transfer-encoding']
      res.writeHead(statusCode, answered)
      res.flushHeaders()
      return res
    })
    .catch(() => res.destroy())
}).listen(Number(process.env.PORT), '127.0.0.1', 4096)
