import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { WebSocket } from 'ws'
import { portOf, served } from '../../support/proxied-backends.ts'
import { startWebSocketBackend } from '../../support/servers/websocket-backend.ts'
import { perFile } from '../../support/test.ts'
import { test as base } from '../../support/test-instances.ts'

const greeting = '/api/backends/demo/api/authenticated/greeting'
const events = '/api/backends/demo/api/authenticated/events?every=100'

const test = base
  .extend('rooms', served, ({ closing }) => closing(startWebSocketBackend(portOf('rooms'))))
  .extend('count', perFile, 3)
  /** The statuses that the instances answer a call with. */
  .extend(
    'statuses',
    ({ instances: { batons, call } }) =>
      (cookie: string) =>
        Promise.all(batons.map(async (_, index) => (await call(index, greeting, cookie)).status)),
  )
  .extend(
    'openStream',
    ({ instances }) =>
      async (index: number, cookie: string): Promise<IncomingMessage> => {
        const stream = await instances.open(index, events, cookie)
        stream.on('error', () => {})
        await once(stream, 'data')
        return stream
      },
  )
  .extend('openSocket', ({ instances: { batons }, baton, host }) => async (index: number, cookie: string) => {
    const address = batons[index]?.address.replace('http', 'ws')
    const socket = new WebSocket(`${address}/api/backends/rooms/one`, {
      headers: { host, cookie, origin: baton.url },
    })
    await once(socket, 'message')
    return socket
  })

test('a sign-out at one instance counts at every instance and closes streams and sockets', async ({
  signedIn,
  statuses,
  openStream,
  openSocket,
}) => {
  const [person, other] = [await signedIn(), await signedIn('bob')]
  const [cookie, otherCookie] = await Promise.all([person.cookies(), other.cookies()])
  const child = await signedIn('bob')
  const { nonce } = await person.askForNonce()
  await child.request(`/handoff?nonce=${nonce}`)
  expect((await child.redeem(nonce)).status).toBe(303)
  const childCookie = await child.cookies()
  for (const live of [cookie, childCookie, otherCookie]) expect(await statuses(live)).toEqual([200, 200, 200])

  const streams = [
    await openStream(1, cookie),
    await openStream(2, childCookie),
    await openStream(1, otherCookie),
  ]
  const sockets = [await openSocket(2, cookie), await openSocket(1, otherCookie)]
  const ended: string[] = []
  for (const [index, stream] of streams.entries()) stream.once('close', () => ended.push(`stream ${index}`))
  for (const [index, socket] of sockets.entries()) socket.once('close', () => ended.push(`socket ${index}`))

  await person.signOut()
  for (const dead of [cookie, childCookie]) await expect.poll(() => statuses(dead)).toEqual([401, 401, 401])
  await expect.poll(() => ended.toSorted()).toEqual(['socket 0', 'stream 0', 'stream 1'])
  expect(await statuses(otherCookie)).toEqual([200, 200, 200])
  for (const stream of streams) stream.destroy()
  for (const socket of sockets) socket.terminate()
})

test('a session that an operator ends in the database is refused as well', async ({
  signedIn,
  statuses,
  sql,
}) => {
  const person = await signedIn()
  const cookie = await person.cookies()
  expect(await statuses(cookie)).toEqual([200, 200, 200])
  const { sid } = (await person.session()) as { sid: string }
  await sql('UPDATE sessions SET ended_at = now() WHERE id = $1', [sid])
  await expect.poll(() => statuses(cookie)).toEqual([401, 401, 401])
})

test('a sign-in that the provider ended shows its error and is refused at every instance', async ({
  signedIn,
  statuses,
  sql,
  instances,
}) => {
  const person = await signedIn()
  const cookie = await person.cookies()
  expect(await statuses(cookie)).toEqual([200, 200, 200])
  const { sid } = (await person.session()) as { sid: string }
  await sql(
    `UPDATE token_sets SET error = 'RefreshTokenError', failed_at = now()
     WHERE id = (SELECT token_set_id FROM sessions WHERE id = $1)`,
    [sid],
  )
  await expect.poll(() => statuses(cookie)).toEqual([401, 401, 401])
  for (const index of instances.batons.keys())
    expect((await instances.call(index, '/api/auth/session', cookie)).json()).toMatchObject({
      sid,
      error: 'RefreshTokenError',
    })
})

test('each instance reads a session’s row once; calls then read nothing of the database', async ({
  signedIn,
  statuses,
  sql,
}) => {
  const person = await signedIn()
  const cookie = await person.cookies()
  const reads = async () => {
    const [row] = await sql<{ reads: number }>(
      `SELECT coalesce(idx_scan, 0)::int AS reads FROM pg_stat_user_indexes
       WHERE indexrelname = 'users_pkey'`,
    )
    return row?.reads ?? -1
  }
  for (let round = 0; round < 3; round++) expect(await statuses(cookie)).toEqual([200, 200, 200])
  // PostgreSQL counts the reads of an idle connection within ten seconds (PGSTAT_IDLE_INTERVAL).
  const counted = () => sleep(11_000)
  await counted()
  const before = await reads()
  expect(before).toBeGreaterThan(0)
  for (let round = 0; round < 30; round++) await statuses(cookie)
  // Another cookie of the same session: it is opened, and its row is known.
  await person.session()
  for (let round = 0; round < 5; round++) await statuses(await person.cookies())
  await counted()
  expect((await reads()) - before).toBe(0)
})
