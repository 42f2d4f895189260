import { once } from 'node:events'
import { createServer, request } from 'node:http'

const longestLine = 4096

/**
 * Starts a proxy in front of the server at `address` that refuses header lines over 4 kB, as several proxies
 * do by default. `refused` has the names of the headers that were too long.
 */
export async function startNarrowProxy(port: number, address: () => string) {
  const refused: string[] = []
  const tooLong = (rawHeaders: string[]) =>
    rawHeaders.filter(
      (name, index) => index % 2 === 0 && `${name}: ${rawHeaders[index + 1]}`.length > longestLine,
    )
  const server = createServer({ maxHeaderSize: 64 * 1024 }, (req, res) => {
    const long = tooLong(req.rawHeaders)
    if ((req.url ?? '').length > longestLine) long.push('request line')
    if (long.length > 0) {
      refused.push(...long)
      res.writeHead(431).end()
      return
    }
    const passed = request(new URL(req.url ?? '/', address()), {
      method: req.method,
      headers: req.headers,
      maxHeaderSize: 64 * 1024,
    })
    passed.on('response', (answer) => {
      const long = tooLong(answer.rawHeaders)
      refused.push(...long)
      if (long.length > 0) return void res.writeHead(502).end()
      res.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      answer.pipe(res)
    })
    passed.on('error', () => res.destroy())
    req.pipe(passed)
  }).listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    refused,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
