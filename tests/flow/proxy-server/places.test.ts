import { connect, type Socket } from 'node:net'
import { expect, onTestFinished } from 'vitest'
import { rawHead } from '../../support/clients/raw-exchange.ts'
import type { Setup } from '../../support/stage.ts'
import { perFile } from '../../support/test.ts'
import { test as base } from '../../support/test-proxy.ts'

const path = '/api/backends/demo/api/authenticated'

/** What an upload has been answered with so far; empty while it goes on. */
type Upload = { socket: Socket; answer: string }

const test = base
  .extend('setup', perFile, {} satisfies Setup)
  /** Begins an upload that sends a byte now and then, and never ends. */
  .extend('trickle', ({ baton, host }) => (cookie: string): Upload => {
    const { hostname, port } = new URL(baton.address)
    const socket = connect(Number(port), hostname)
    const upload: Upload = { socket, answer: '' }
    const own = [`Host: ${host}`, `Cookie: ${cookie}`, 'Sec-Fetch-Site: same-origin']
    socket.write(rawHead(`POST ${path}/bytes`, ...own, 'Transfer-Encoding: chunked'))
    const drip = setInterval(() => socket.write('1\r\nx\r\n'), 500)
    socket.on('data', (chunk) => {
      upload.answer += chunk.toString('latin1')
      clearInterval(drip)
    })
    socket.on('error', () => {}).once('close', () => clearInterval(drip))
    onTestFinished(() => void socket.destroy())
    return upload
  })
  /** How many connections the backend has. */
  .extend(
    'held',
    ({ partners }) =>
      () =>
        new Promise<number>((resolve, reject) => {
          partners.backendServer.getConnections((error, count) => (error ? reject(error) : resolve(count)))
        }),
  )

test('635 uploads of one person, in five sessions, leave a backend open for everybody else', async ({
  person,
  newcomer,
  signedIn,
  trickle,
  held,
}) => {
  const bob = await signedIn('bob')
  const sessions = await Promise.all(
    Array.from({ length: 5 }, async () => {
      const target = newcomer()
      await target.redeem((await person.askForNonce()).nonce)
      return target.cookies()
    }),
  )
  const uploads = sessions.flatMap((cookie) => Array.from({ length: 127 }, () => trickle(cookie)))
  await expect.poll(held).toBeGreaterThan(120)
  for (let call = 0; call < 5; call++) {
    const answer = await bob.ownPage(`${path}/greeting`, { signal: AbortSignal.timeout(20_000) })
    expect(answer.status).toBe(200)
  }
  // A quarter runs, twice as many wait for five seconds, and nobody waits longer.
  const refused = () => uploads.filter(({ answer }) => answer !== '')
  await expect.poll(() => refused().length).toBe(635 - 128)
  for (const { answer } of refused()) {
    expect(answer).toMatch(/^HTTP\/1\.1 503 /)
    expect(answer).toMatch(/^retry-after: 1\r$/im)
  }
  expect(await held()).toBeLessThan(140)
})
