import { expect } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { startLoad } from '../support/load.ts'
import { startNginx } from '../support/servers/nginx.ts'
import type { Setup } from '../support/stage.ts'
import { test as base, perFile } from '../support/test.ts'

// As by default: each connection that nginx keeps has to carry a call within the drain, or nginx may send one
// while it ends.
const env = { DRAIN_SECONDS: '5' }

const test = base
  .extend('publicPort', perFile, () => freePort())
  .extend('setup', perFile, ({ publicPort }): Setup => ({ publicPort, isBehindProxy: true }))
  .extend('ports', perFile, () => Promise.all([freePort(), freePort(), freePort(), freePort()]))

test('a restart of four instances behind nginx, one after the other, loses no call', {
  timeout: 240_000,
}, async ({ baton, stage, ports, publicPort, closing, startAnother, host, signedIn, newcomer }) => {
  const instances = await Promise.all(ports.map((port) => startAnother({ port, env })))
  await baton.stop()
  await closing(
    startNginx(
      publicPort,
      instances.map(({ address }) => address),
    ),
  )
  const people = await Promise.all([signedIn(), signedIn('bob')])
  const load = startLoad(
    baton.url,
    host,
    people.map((person) => ({ person, newcomer })),
  )
  for (const [index, instance] of instances.entries()) {
    const before = load.state.calls
    expect(await instance.stop()).toBe(0)
    instances[index] = await startAnother({ port: ports[index] as number, env })
    // Each step of the restart has been under load.
    await expect.poll(() => load.state.calls).toBeGreaterThan(before + 20)
  }
  const { faults, handOffs } = await load.stop()
  expect(faults).toEqual([])
  expect(handOffs).toBeGreaterThan(4)
  expect(await Promise.all(people.map((person) => person.session()))).not.toContain(null)
  expect(stage.publicPort).toBe(publicPort)
})
