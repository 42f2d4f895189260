import { expect } from 'vitest'
import { openCall } from '../../support/clients/http-call.ts'
import type { Person } from '../../support/person.ts'
import { perFile } from '../../support/test.ts'
import { test as base } from '../../support/test-apps.ts'

const mostOfPerson = 8
const events = '/api/sessions/events'

type Followed = Awaited<ReturnType<typeof follow>>

/** Follows the changes of a person's sessions in a browser; `address` is that of the instance. */
async function follow(person: Person, address: string, since = '') {
  const query = since === '' ? '' : `?${new URLSearchParams({ since })}`
  const headers = {
    host: new URL(person.origin).host,
    cookie: await person.cookies(),
    'sec-fetch-site': 'same-origin',
  }
  const answer = await openCall(address, events + query, { headers })
  let text = ''
  answer.setEncoding('utf8').on('data', (chunk) => {
    text += chunk
  })
  return {
    status: answer.statusCode,
    headers: answer.headers,
    said: () => text,
    isOver: () => answer.closed,
    /** How many times it has said `changed`. */
    changes: () => text.match(/^data: changed$/gm)?.length ?? 0,
    /** The id of its last event. */
    mark: () =>
      text
        .match(/^id: .+$/gm)
        ?.at(-1)
        ?.slice(4) ?? '',
    leave: () => answer.destroy(),
  }
}

const test = base
  .extend('handOver', perFile, ({ newcomer }) => async (person: Person): Promise<Person> => {
    const child = newcomer()
    const { nonce } = await person.askForNonce()
    expect((await child.redeem(nonce)).status).toBe(303)
    return child
  })
  .extend('followed', ({ baton }, { onCleanup }) => {
    const all: Followed[] = []
    onCleanup(() => {
      for (const one of all) one.leave()
    })
    return async (person: Person, { since = '', address = baton.address } = {}) => {
      const one = await follow(person, address, since)
      all.push(one)
      return one
    }
  })

/** The mark that a page of this person is made at now. */
async function pageMark(person: Person): Promise<string> {
  const [, mark = ''] =
    /mark\\?":\\?"([\w-]{43})/.exec(await (await person.request('/sessions')).text()) ?? []
  expect(mark).toMatch(/^[\w-]{43}$/)
  return mark
}

test('a page is told of a hand-off and of its end, whichever instance made them', async ({
  signedIn,
  handOver,
  startAnother,
  followed,
}) => {
  const person = await signedIn()
  const another = await startAnother()
  const since = await pageMark(person)
  const here = await followed(person, { since })
  const there = await followed(person, { since, address: another.address })
  for (const { status, headers } of [here, there]) {
    expect([status, headers['content-type']]).toEqual([200, 'text/event-stream'])
    expect(headers['cache-control']).toBe('no-store')
  }
  const child = await handOver(person)
  for (const one of [here, there]) await expect.poll(one.changes).toBeGreaterThan(0)
  const mark = await pageMark(person)
  for (const one of [here, there]) await expect.poll(one.mark).toBe(mark)
  await child.signOut()
  for (const one of [here, there]) await expect.poll(one.mark).not.toBe(mark)
})

test('what changed before the page began to listen is told, and the rest is not', async ({
  signedIn,
  handOver,
  followed,
}) => {
  const bob = await signedIn('bob')
  const before = await pageMark(bob)
  await handOver(bob)
  const late = await followed(bob, { since: before })
  await expect.poll(late.changes).toBe(1)
  const now = await pageMark(bob)
  expect(late.mark()).toBe(now)
  const resumed = await followed(bob, { since: now })
  const other = await signedIn('demo')
  await handOver(other)
  const witness = await followed(other, { since: 'an older one' })
  await expect.poll(witness.changes).toBe(1)
  expect([late.changes(), resumed.changes()]).toEqual([1, 0])
})

test('a hand-off is told that something of its own has changed, and no more', async ({
  signedIn,
  handOver,
  followed,
}) => {
  const person = await signedIn()
  const child = await handOver(person)
  const [stream, witness] = [
    await followed(child, { since: await pageMark(child) }),
    await followed(person, { since: await pageMark(person) }),
  ]
  await handOver(person)
  await expect.poll(witness.changes).toBeGreaterThan(0)
  expect(stream.said()).toBe('retry: 1000\n\n')
  expect(witness.said()).toMatch(/^retry: 1000\n\n(id: [\w-]{43}\ndata: changed\n\n)+$/)
})

test('the stream says so and ends when its session ends', async ({ signedIn, handOver, followed }) => {
  const person = await signedIn()
  const child = await handOver(person)
  const sid = (await child.session())?.sid
  const stream = await followed(child)
  expect((await person.ownPage(`/api/sessions/${sid}`, { method: 'DELETE' })).status).toBe(204)
  await expect.poll(stream.isOver).toBe(true)
  expect(stream.said()).toMatch(/data: ended\n\n$/)
  expect((await child.ownPage(events)).status).toBe(401)
})

test('one person has eight streams at a process; the ninth waits until one has gone', async ({
  signedIn,
  followed,
}) => {
  const [bob, again] = [await signedIn('bob'), await signedIn('bob')]
  const streams: Followed[] = []
  for (let open = 0; open < mostOfPerson; open++) streams.push(await followed(open % 2 ? bob : again))
  expect(streams.map(({ status }) => status)).toEqual(Array(mostOfPerson).fill(200))
  const refused = await bob.ownPage(events)
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '5'])
  expect(await refused.json()).toMatchObject({ error: 'slow_down' })
  expect((await followed(await signedIn('demo'))).status).toBe(200)
  streams[0]?.leave()
  await expect.poll(async () => (await followed(bob)).status).toBe(200)
})

test('the stream is for pages: a web nonce gets none', async ({ app, baton }) => {
  const authorization = `Bearer ${await app.webNonce()}`
  const answer = await fetch(baton.url + events, { headers: { authorization } })
  expect(answer.status).toBe(403)
  expect(await answer.json()).toMatchObject({ error: 'access_denied' })
})

test('a server that is about to stop ends its streams', async ({ signedIn, startAnother, followed }) => {
  const person = await signedIn()
  const another = await startAnother()
  const stream = await followed(person, { address: another.address })
  expect(stream.status).toBe(200)
  await another.stop()
  await expect.poll(stream.isOver).toBe(true)
  expect(stream.said()).not.toContain('ended')
})
