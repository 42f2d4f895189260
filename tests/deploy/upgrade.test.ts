import { expect } from 'vitest'
import { openCall } from '../support/clients/http-call.ts'
import { freePort } from '../support/free-port.ts'
import { lastRelease } from '../support/last-release.ts'
import { startLoad } from '../support/load.ts'
import type { Person } from '../support/person.ts'
import { startRoundRobin } from '../support/servers/round-robin.ts'
import type { Setup } from '../support/stage.ts'
import { test as base, perFile } from '../support/test.ts'

/** Milliseconds: a session may ask for 60 nonces in a minute. */
const betweenHandOffs = 1_200

const test = base
  .extend('publicPort', perFile, () => freePort())
  .extend('setup', perFile, ({ publicPort }): Setup => {
    // The last release does not start with a section that it does not know.
    return { publicPort, isBehindProxy: true, config: ({ config }) => config({ limits: undefined }) }
  })
  .extend('ports', perFile, () => Promise.all([freePort(), freePort()]))
  .extend('release', perFile, () => lastRelease())
  /** Reads an event stream, again when it ends; how often, and what it was refused with. */
  .extend('listenOn', ({ baton, host }) => (person: Person) => {
    const state = { streams: 0, events: 0, refusals: [] as unknown[], isOver: false }
    const reading = (async () => {
      while (!state.isOver) {
        const headers = { host, cookie: await person.cookies(), 'sec-fetch-site': 'same-origin' }
        const path = '/api/backends/demo/api/authenticated/events'
        const stream = await openCall(baton.url, path, { headers })
        if (stream.statusCode !== 200) state.refusals.push(stream.statusCode)
        state.streams++
        stream.on('data', () => {
          state.events++
          if (state.isOver) stream.destroy()
        })
        await new Promise((closed) => stream.once('close', closed).once('error', () => {}))
      }
    })()
    return {
      state,
      async stop() {
        state.isOver = true
        await reading
        return state
      },
    }
  })

test('two instances go from the last release to this one and back: nobody is signed out, no call fails', {
  timeout: 300_000,
}, async ({
  release,
  baton,
  ports,
  publicPort,
  closing,
  startAnother,
  host,
  signedIn,
  newcomer,
  listenOn,
}) => {
  await baton.stop()
  const start = (at: number, folder?: string) =>
    startAnother({ port: ports[at] as number, ...(folder && { folder }) })
  const instances = [await start(0, release), await start(1, release)]
  const addresses = instances.map(({ address }) => address)
  const balancer = await closing(startRoundRobin(publicPort, addresses))

  const people = await Promise.all([signedIn(), signedIn('bob')])
  const before = await Promise.all(people.map((person) => person.session()))
  const load = startLoad(
    baton.url,
    host,
    people.map((person) => ({ person, newcomer })),
    betweenHandOffs,
  )
  const stream = listenOn(people[0] as Person)
  for (const [at, folder] of [[0], [1], [0, release], [1, release]] as [number, string?][]) {
    balancer.send(addresses[1 - at] as string)
    expect(await instances[at]?.stop()).toBe(0)
    instances[at] = await start(at, folder)
    balancer.send(...addresses)
    const calls = load.state.calls
    const handOffs = load.state.handOffs
    await expect.poll(() => load.state.calls - calls).toBeGreaterThan(30)
    await expect.poll(() => load.state.handOffs - handOffs).toBeGreaterThan(4)
  }
  const { faults } = await load.stop()
  expect(faults).toEqual([])
  const { refusals, streams, events } = await stream.stop()
  expect(refusals).toEqual([])
  expect(streams).toBeGreaterThan(1)
  expect(events).toBeGreaterThan(0)
  const after = await Promise.all(people.map((person) => person.session()))
  expect(after).toEqual(before.map((session) => ({ ...session, expires: expect.any(String) })))
})
