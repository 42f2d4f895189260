import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { Readable } from 'node:stream'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { describe, expect } from 'vitest'
import { WebSocket } from 'ws'
import { startBaton } from '../support/baton.ts'
import { selfSignedCertificate } from '../support/certificate.ts'
import { migratedPostgres } from '../support/databases.ts'
import { freePort } from '../support/free-port.ts'
import { listen, startPartners } from '../support/partners.ts'
import { newPerson } from '../support/person.ts'
import { type Front, fronts, startFront } from '../support/servers/front.ts'
import { startWebSocketBackend } from '../support/servers/websocket-backend.ts'
import { test as base, perFile } from '../support/test.ts'

const certificate = selfSignedCertificate(['localhost'])
// This process believes it, as browsers believe a certificate authority.
setDefaultCACertificates([...getCACertificates('default'), certificate.cert])

const backends = '/api/backends/demo/api/authenticated'
const megabyte = Buffer.alloc(1_000_000, 'upload')

/** Tests with a Baton behind this program, which two people reach by https. */
function testBehind(front: Front) {
  return (
    base
      .extend('ports', perFile, async () => ({ https: await freePort(), http: await freePort() }))
      .extend('url', perFile, ({ ports }) => `https://localhost:${ports.https}`)
      .extend('demo', perFile, ({ ports, url, closing }) =>
        closing(startPartners({ batonPort: ports.https, batonUrl: url })),
      )
      .extend('rooms', perFile, ({ closing }) => closing(startWebSocketBackend()))
      /** A backend whose answers are pages. */
      .extend('pages', perFile, ({ closing }) =>
        closing(
          listen((_, res) => {
            res.setHeader('content-type', 'text/html')
            res.setHeader('etag', '"as it was sent"')
            res.end('<p>a page of a backend</p>'.repeat(100))
          }),
        ),
      )
      .extend('behind', perFile, async ({ demo, rooms, pages, url, closing }) => {
        const { backends: own, ...config } = demo.config({ trustedProxies: ['127.0.0.1'] }) as {
          backends: object[]
        }
        const more = { token: 'provider', providers: ['demo'] }
        const room = { name: 'rooms', url: rooms.url, ...more }
        const page = { name: 'pages', url: pages.url, ...more }
        const baton = await startBaton({
          config: { ...config, backends: [...own, room, page] },
          database: { url: await migratedPostgres() },
          env: { BATON_URL: url },
        })
        closing({ close: baton.stop })
        return baton
      })
      .extend('running', perFile, ({ behind, ports, closing }) =>
        closing(
          startFront(front, {
            ports,
            certificate,
            batonPort: Number(new URL(behind.address).port),
          }),
        ),
      )
      .extend(
        'visitor',
        perFile,
        ({ running: _, url }) =>
          () =>
            newPerson(url),
      )
      .extend('visitorInside', perFile, async ({ visitor }) => {
        const person = visitor()
        await person.signIn()
        return person
      })
  )
}

describe.each(Object.keys(fronts).map((name) => ({ name, test: testBehind(fronts[name] as Front) })))(
  'behind $name with its file in deploy/',
  ({ test }) => {
    test('a person signs in over https, and hands the session over', async ({
      visitorInside,
      visitor,
      ports,
    }) => {
      expect(await visitorInside.cookies()).toContain('__Host-Http-baton.session')
      expect(await (await visitorInside.ownPage(`${backends}/greeting`)).json()).toEqual({
        greeting: 'Hello, Demo User!',
      })
      const { nonce, handoff_uri } = await visitorInside.askForNonce()
      expect(handoff_uri).toMatch(`https://localhost:${ports.https}/`)
      expect((await visitor().redeem(nonce)).status).toBe(303)
      const plain = await fetch(`http://localhost:${ports.http}/sessions?a=b`, { redirect: 'manual' })
      expect(plain.status).toBe(308)
      expect(plain.headers.get('location')).toMatch(/^https:\/\/localhost(:\d+)?\/sessions\?a=b$/)
    })

    test('a WebSocket is opened and carries messages both ways', async ({ visitorInside, url }) => {
      const address = `${url.replace('https', 'wss')}/api/backends/rooms/one`
      const headers = { cookie: await visitorInside.cookies(), origin: url }
      const socket = new WebSocket(address, ['chat'], { headers })
      expect(String((await once(socket, 'message'))[0])).toBe('hello')
      socket.send('and back')
      expect(String((await once(socket, 'message'))[0])).toBe('and back')
      socket.close()
      await once(socket, 'close')
    })

    test('events arrive one by one, and as they were sent', async ({ visitorInside }) => {
      const leaving = new AbortController()
      const answer = await visitorInside.ownPage(`${backends}/events?every=20`, {
        headers: { 'accept-encoding': 'gzip' },
        signal: leaving.signal,
      })
      expect(answer.headers.get('content-encoding')).toBeNull()
      const seen: string[] = []
      for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
        seen.push(Buffer.from(chunk).toString())
        if (seen.length === 3) break
      }
      leaving.abort()
      // The stream never ends: a server that gathers answers would have given none, or many at once.
      expect(seen.join('')).toMatch(/^id: 1\n/)
      expect(seen.join('').match(/^id: /gm)?.length).toBeLessThan(10)
    })

    test('an upload of 100 MB arrives whole, and begins to arrive before it has ended', async ({
      visitorInside,
      demo,
      url,
    }) => {
      const headers = {
        cookie: await visitorInside.cookies(),
        'sec-fetch-site': 'same-origin',
        'content-type': 'application/octet-stream',
        'content-length': String(100 * megabyte.length),
      }
      const upload = request(`${url}${backends}/bytes`, { method: 'POST', headers })
      const arrived = once(demo.backendServer, 'request')
      upload.write(megabyte)
      await arrived
      Readable.from(Array.from({ length: 99 }, () => megabyte)).pipe(upload)
      const [answer] = (await once(upload, 'response')) as [IncomingMessage]
      const hash = createHash('sha256')
      for (let count = 0; count < 100; count++) hash.update(megabyte)
      expect(answer.statusCode).toBe(200)
      expect(JSON.parse(Buffer.concat(await answer.toArray()).toString())).toEqual({
        bytes: 100 * megabyte.length,
        sha256: hash.digest('hex'),
      })
    })

    test('Baton is told the true address, host and path, whatever the caller says', async ({
      visitorInside,
      behind,
    }) => {
      const path = `${backends}/echo/a%2Fb/%E2%82%AC`
      const before = behind.log().length
      const answer = await visitorInside.ownPage(path, {
        headers: {
          'x-forwarded-for': '203.0.113.9',
          'x-forwarded-host': 'evil.example',
          forwarded: 'for=203.0.113.9;host=evil.example',
          'x-request-id': 'made-up-by-the-caller',
        },
      })
      expect(answer.status).toBe(200)
      expect(await answer.json()).toMatchObject({ url: '/api/authenticated/echo/a%2Fb/%E2%82%AC' })
      expect(answer.headers.get('x-request-id')).toMatch(/^[\w-]{20,}$/)
      expect(answer.headers.get('x-request-id')).not.toBe('made-up-by-the-caller')
      await expect.poll(() => behind.log().slice(before)).toMatch(/"event":"access"/)
      const line = behind.log().slice(before)
      expect(line).toMatch(/"address":"(127\.0\.0\.1|::1)"/)
      expect(line).not.toContain('203.0.113.9')
    })

    test('a session cookie in its pieces and a long answer pass', async ({ visitorInside }) => {
      const answer = await visitorInside.ownPage('/sessions', { headers: { 'x-filler': 'x'.repeat(7_500) } })
      expect(answer.status).toBe(200)
      const long = await visitorInside.ownPage(`${backends}/bytes/3000000`)
      expect((await long.arrayBuffer()).byteLength).toBe(3_000_000)
    })

    test('pages are compressed, and what backends send is not', async ({ visitorInside, url }) => {
      const encodingOf = async (path: string) => {
        const headers = {
          cookie: await visitorInside.cookies(),
          'sec-fetch-site': 'same-origin',
          'accept-encoding': 'gzip',
        }
        const call = request(`${url}${path}`, { headers }).end()
        const [answer] = (await once(call, 'response')) as [IncomingMessage]
        answer.resume()
        return [answer.statusCode, answer.headers['content-encoding'], answer.headers.etag]
      }
      expect((await encodingOf('/sessions')).slice(0, 2)).toEqual([200, 'gzip'])
      expect(await encodingOf('/api/backends/pages/')).toEqual([200, undefined, '"as it was sent"'])
    })

    test('a nonce in an address is in no log, neither while Baton serves nor when it is away', async ({
      visitor,
      behind,
      running,
      ports,
    }) => {
      const nonce = 'n'.repeat(43)
      const path = `/handoff?nonce=${nonce}`
      expect((await visitor().request(path)).status).toBe(410)
      await fetch(`http://localhost:${ports.http}${path}`, { redirect: 'manual' })
      await behind.stop()
      expect((await visitor().request(path)).status).toBeGreaterThanOrEqual(500)
      expect(await running.log()).not.toContain(nonce)
    })
  },
)
