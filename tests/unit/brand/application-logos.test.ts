import { once } from 'node:events'
import type { RequestListener, ServerResponse } from 'node:http'
import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { ApplicationLogos } from '#lib/brand/application-logos.ts'
import { largestImage } from '#lib/config/image.ts'
import { serversToClose } from '../../support/closing.ts'
import { readableLog } from '../../support/log.ts'
import { listen } from '../../support/partners.ts'
import { pictures, pngOf } from '../../support/pictures.ts'

const servers = serversToClose()
afterAll(servers.close)
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const { png, webp } = pictures
const larger = Buffer.concat([png, Buffer.alloc(largestImage)])

/** A server with a logo, and what asks it for that. */
async function stageWith(answer: RequestListener, client_id = 'shop') {
  const asked: (string | undefined)[] = []
  const { url, server } = await servers.add(
    listen((req, res) => {
      asked.push(req.headers.accept)
      answer(req, res)
    }),
  )
  const { log, text } = readableLog()
  const stopping = new AbortController()
  const logos = new ApplicationLogos({ log, stopping: stopping.signal })
  return { logos, client: { client_id, logo_uri: `${url}/logo` }, asked, server, text, stopping }
}

test('a logo is fetched once for all who want it, and for an hour', async () => {
  const { logos, client, asked } = await stageWith((_, res) => res.end(png))
  vi.useFakeTimers({ toFake: ['performance'] })
  const found = await Promise.all(Array.from({ length: 20 }, () => logos.of(client)))
  expect(new Set(found).size).toBe(1)
  expect(found[0]).toMatchObject({ type: 'image/png', bytes: png })
  vi.advanceTimersByTime(3_599_000)
  await logos.of(client)
  expect(asked).toEqual(['image/webp, image/png, image/jpeg'])
  vi.advanceTimersByTime(2_000)
  await logos.of(client)
  await vi.waitFor(() => expect(asked.length).toBe(2))
})

test('a page is told of a logo that is here, and waits for none', async () => {
  const { logos, client, asked, server } = await stageWith((_, res) => res.end(png), 'a shop/of ours')
  expect(logos.pathOf(client)).toBeUndefined()
  await once(server, 'request')
  await logos.of(client)
  expect(logos.pathOf(client)).toMatch(/^\/brand\/applications\/a%20shop%2Fof%20ours\?v=[\w-]{16}$/)
  expect(asked.length).toBe(1)
})

test('all get the logo of an hour ago at once, until the next one is here', async () => {
  const { promise: asked, resolve: ask } = Promise.withResolvers<ServerResponse>()
  let isFirst = true
  const { logos, client } = await stageWith((_, res) => {
    isFirst ? res.end(png) : ask(res)
    isFirst = false
  })
  vi.useFakeTimers({ toFake: ['performance'] })
  const image = await logos.of(client)
  const first = logos.pathOf(client)
  vi.advanceTimersByTime(3_601_000)
  expect([logos.pathOf(client), await logos.of(client)]).toEqual([first, image])
  const answer = await asked
  expect([logos.pathOf(client), await logos.of(client)]).toEqual([first, image])
  answer.end(webp)
  await vi.waitFor(async () => expect((await logos.of(client))?.type).toBe('image/webp'))
  expect(logos.pathOf(client)).not.toBe(first)
})

test('a logo stays while the next one cannot be had', async () => {
  const answers: [status: number, body: Buffer][] = [
    [200, png],
    [503, png],
    [200, webp],
  ]
  const { logos, client, asked, text } = await stageWith((_, res) => {
    const [status, body] = answers.shift() ?? [404, png]
    res.writeHead(status).end(body)
  })
  vi.useFakeTimers({ toFake: ['performance'] })
  await logos.of(client)
  const path = logos.pathOf(client)
  vi.advanceTimersByTime(3_601_000)
  expect(logos.pathOf(client)).toBe(path)
  await vi.waitFor(() => expect(text()).toContain('it answers 503'))
  vi.advanceTimersByTime(59_000)
  expect([logos.pathOf(client), (await logos.of(client))?.type]).toEqual([path, 'image/png'])
  expect(asked.length).toBe(2)
  vi.advanceTimersByTime(2_000)
  expect(logos.pathOf(client)).toBe(path)
  await vi.waitFor(async () => expect((await logos.of(client))?.type).toBe('image/webp'))
})

test.for<[name: string, reason: RegExp, answer: RequestListener]>([
  ['that is gone', /it answers 410/, (_, res) => res.writeHead(410).end(png)],
  ['that is empty', /it is no PNG, WebP or JPEG/, (_, res) => res.end()],
  ['of no content', /it answers 204/, (_, res) => res.writeHead(204).end()],
  [
    'that is a page, whatever its type says',
    /it is no PNG, WebP or JPEG by its first bytes/,
    (_, res) => res.setHeader('content-type', 'image/png').end('<html></html>'),
  ],
  [
    'that is an SVG, which can keep a browser busy for ever',
    /it is an SVG; give a PNG, WebP or JPEG/,
    (_, res) => res.end('<svg xmlns="http://www.w3.org/2000/svg"/>'),
  ],
  ['of no size', /it is no PNG, WebP or JPEG/, (_, res) => res.end(png.subarray(0, 16))],
  [
    'that is too wide',
    /it has 1025x1 pixels; make it at most 1024x1024/,
    (_, res) => res.end(pngOf(1025, 1)),
  ],
  [
    'that is too high',
    /it has 1x1025 pixels; make it at most 1024x1024/,
    (_, res) => res.end(pngOf(1, 1025)),
  ],
  [
    'that is elsewhere',
    /it redirects \(302\); give the address that it leads to/,
    (req, res) => (req.url === '/logo' ? res.writeHead(302, { location: '/other' }).end() : res.end(png)),
  ],
  [
    'that is too large',
    /it is larger than 100 kB/,
    (_, res) => res.end(larger.subarray(0, largestImage + 1)),
  ],
  [
    'that ends nowhere',
    /it is larger than 100 kB/,
    (_, res) => void res.write(Buffer.concat([larger, larger])),
  ],
  ['that breaks off', /it cannot be reached/, (_, res) => void res.write(png, () => res.destroy())],
])('a logo %s is none, and the log says why', async ([, reason, answer]) => {
  const { logos, client, asked, text } = await stageWith(answer)
  expect(await logos.of(client)).toBeUndefined()
  expect(logos.pathOf(client)).toBeUndefined()
  expect(asked.length).toBe(1)
  const [line = '', ...rest] = text().trim().split('\n')
  expect(rest).toEqual([])
  expect(JSON.parse(line)).toMatchObject({ level: 'warn', event: 'logo.failed', client: 'shop' })
  expect(JSON.parse(line).reason).toMatch(reason)
})

test('a logo of just the greatest size is one', async () => {
  const { logos, client } = await stageWith((_, res) => res.end(larger.subarray(0, largestImage)))
  expect((await logos.of(client))?.bytes.length).toBe(largestImage)
})

test.for<[name: string, answer: RequestListener]>([
  ['answers nothing', () => {}],
  ['begins an answer, and says no more', (_, res) => void res.write(png)],
])('a server that %s is given up, and its connection with it', async ([, answer]) => {
  const { logos, client, server, text } = await stageWith(answer)
  const connected = once(server, 'connection')
  const found = logos.of(client)
  const [socket] = await connected
  const closed = once(socket, 'close')
  expect(await found).toBeUndefined()
  expect(text()).toContain('it does not answer within 3 seconds')
  await closed
})

test('a server that fails is asked again after a minute, and ever more seldom up to an hour', async () => {
  let isGood = false
  const { logos, client, asked, text } = await stageWith((_, res) => (isGood ? res.end(png) : res.destroy()))
  const lines = () => text().trim().split('\n').length
  vi.useFakeTimers({ toFake: ['performance'] })
  expect(await logos.of(client)).toBeUndefined()
  for (const minutes of [1, 2, 4, 8, 16, 32, 60, 60]) {
    const before = asked.length
    vi.advanceTimersByTime(minutes * 60_000 - 1_000)
    expect([await logos.of(client), logos.pathOf(client)]).toEqual([undefined, undefined])
    expect([minutes, asked.length]).toEqual([minutes, before])
    vi.advanceTimersByTime(2_000)
    expect(await logos.of(client)).toBeUndefined()
    expect([minutes, asked.length]).toEqual([minutes, before + 1])
  }
  expect(lines()).toBe(1)

  isGood = true
  vi.advanceTimersByTime(3_601_000)
  expect((await logos.of(client))?.type).toBe('image/png')
  isGood = false
  vi.advanceTimersByTime(3_601_000)
  logos.pathOf(client)
  await vi.waitFor(() => expect(lines()).toBe(2))
})

test('a client without a logo has none', async () => {
  const { logos, client, text } = await stageWith((_, res) => res.end(png))
  const bare = { ...client, logo_uri: undefined }
  expect([logos.pathOf(bare), await logos.of(bare), text()]).toEqual([undefined, undefined, ''])
})

test('the logos of all clients are fetched at the start, whatever becomes of one', async () => {
  const { logos, client, asked } = await stageWith((req, res) =>
    req.url === '/none' ? res.writeHead(404).end() : res.end(png),
  )
  const base = client.logo_uri.replace('/logo', '')
  const clients = ['none', 'one', 'two'].map((id) => ({ client_id: id, logo_uri: `${base}/${id}` }))
  await logos.fetchAll([...clients, { client_id: 'bare', logo_uri: undefined }])
  expect(clients.map((each) => logos.pathOf(each) !== undefined)).toEqual([false, true, true])
  expect(asked.length).toBe(3)
})

test('at the start four logos are fetched at a time', async () => {
  const waiting: ServerResponse[] = []
  const { logos, client } = await stageWith(({ url }, res) => {
    url === '/logo' ? waiting.push(res) : res.end()
  })
  const clients = Array.from({ length: 9 }, (_, at) => ({ ...client, client_id: `shop-${at}` }))
  const fetching = logos.fetchAll(clients)
  for (const expected of [4, 4, 1]) {
    await vi.waitFor(() => expect(waiting.length).toBe(expected))
    // One that is asked for now would be here before the answer to this.
    await fetch(client.logo_uri.replace('/logo', '/other'))
    expect(waiting.length).toBe(expected)
    for (const res of waiting.splice(0)) res.end(png)
  }
  await fetching
  expect(clients.filter((each) => logos.pathOf(each) === undefined)).toEqual([])
})

test('a stop ends the fetches, and says nothing of them', async () => {
  const { logos, client, stopping, text, asked } = await stageWith(() => {})
  vi.spyOn(AbortSignal, 'timeout').mockReturnValue(new AbortController().signal)
  const fetching = logos.fetchAll(Array.from({ length: 9 }, (_, at) => ({ ...client, client_id: `${at}` })))
  await vi.waitFor(() => expect(asked.length).toBe(4))
  stopping.abort()
  await fetching
  expect([asked.length, text()]).toEqual([4, ''])
})
