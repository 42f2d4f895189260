import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, BlockList, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { answering } from '#lib/endpoints/answering.ts'
import { noteRequest } from '#lib/telemetry/request-record.ts'
import { readableLog } from '../../support/log.ts'

/** Serves a listener whose requests are logged; `lines` are those so far. */
async function logging(listener: RequestListener, { level = 'info', trusted = new BlockList() } = {}) {
  const { log, text: logged } = readableLog()
  log.level = level
  const server = createServer((req, res) => {
    req.headers['x-request-id'] = req.url?.slice(1)
    answering(req, res, { log, trustedProxies: trusted }, () => listener(req, res))
  }).listen(0, '127.0.0.1')
  await new Promise((listening) => server.once('listening', listening))
  onTestFinished(() => void server.close())
  const lines = () =>
    logged()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
  return { port: (server.address() as AddressInfo).port, lines }
}

const get = (path: string, more = '') => `GET /${path} HTTP/1.1\r\nHost: a\r\n${more}\r\n`

/** Sends this at once on one connection, and gives all that comes back. */
async function exchange(port: number, sent: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(sent)
  return text(socket)
}

test('one line for each request, under its id, with what was found out about it', async () => {
  const { port, lines } = await logging((req, res) => {
    noteRequest({ route: '/row/*', sid: 'sid of x', client: 'app', backend: 'one' })
    res.writeHead(req.url === '/x' ? 201 : 404).end()
  })
  await exchange(port, get('x', 'Connection: close\r\n'))
  await expect.poll(lines).toEqual([
    {
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      event: 'access',
      msg: 'answered',
      requestId: 'x',
      method: 'GET',
      route: '/row/*',
      status: 201,
      ms: expect.any(Number),
      bytes: expect.any(Number),
      sid: 'sid of x',
      client: 'app',
      backend: 'one',
      address: '127.0.0.1',
    },
  ])
})

test('the bytes of a connection are those of its answers, also when requests come at once', async () => {
  const { port, lines } = await logging((req, res) => {
    const answer = () => void res.end('x'.repeat(Number(req.url?.slice(1))))
    // The second one is answered while the first still is.
    if (req.url === '/1000') setTimeout(answer, 50)
    else answer()
  })
  const received = await exchange(port, get('1000') + get('30') + get('5', 'Connection: close\r\n'))
  await expect.poll(() => lines().map(({ requestId }) => requestId)).toEqual(['1000', '30', '5'])
  const [first, second, third] = lines().map(({ bytes }) => bytes)
  expect(first + second + third).toBe(Buffer.byteLength(received))
  expect(first - second).toBeGreaterThanOrEqual(970)
})

test('an answer whose caller leaves is `aborted`, with a status if it had begun', async () => {
  const { port, lines } = await logging((req, res) => {
    if (req.url === '/begun') res.writeHead(200).write('begun')
    req.socket.resetAndDestroy()
  })
  for (const path of ['begun', 'silent'])
    await exchange(port, get(path)).catch((error) => expect(error.code).toBe('ECONNRESET'))
  await expect.poll(lines).toHaveLength(2)
  expect(lines()).toEqual([
    expect.objectContaining({ requestId: 'begun', status: 200, aborted: true }),
    expect.objectContaining({ requestId: 'silent', aborted: true }),
  ])
  expect(lines()[1]).not.toHaveProperty('status')
})

test('the address is the one that a trusted proxy tells, for each request of its connection', async () => {
  const trusted = new BlockList()
  trusted.addAddress('127.0.0.1')
  const { port, lines } = await logging((_, res) => void res.end(), { trusted })
  const from = (address: string, more = '') => get(address, `X-Forwarded-For: ${address}\r\n${more}`)
  const [one, other] = ['192.0.2.1', '192.0.2.2']
  await exchange(port, from(one) + from(one) + from(other) + from(one, 'Connection: close\r\n'))
  await expect.poll(lines).toHaveLength(4)
  expect(lines().map(({ address }) => address)).toEqual([one, one, other, one])
})

test('an address that somebody else tells is not believed', async () => {
  const { port, lines } = await logging((_, res) => void res.end())
  await exchange(port, get('x', 'X-Forwarded-For: 192.0.2.1\r\nConnection: close\r\n'))
  await expect.poll(lines).toHaveLength(1)
  expect(lines()[0]).not.toHaveProperty('address')
})

test('a log of warnings has none', async () => {
  const { port, lines } = await logging((_, res) => void res.end(), { level: 'warn' })
  await exchange(port, get('x', 'Connection: close\r\n'))
  expect(lines()).toEqual([])
})
