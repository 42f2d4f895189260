import { once } from 'node:events'
import { expect } from 'vitest'
import { logLines } from '../../support/log-lines.ts'
import type { Setup } from '../../support/stage.ts'
import { test as base, perFile } from '../../support/test.ts'

const test = base.extend('setup', perFile, {} satisfies Setup)

test('SIGTERM lets a call that runs finish, takes no new ones, and ends with exit code 0', async ({
  baton,
  partners,
  signedIn,
}) => {
  const person = await signedIn()
  const atBackend = once(partners.backendServer, 'request')
  const running = person.ownPage('/api/backends/demo/api/authenticated/slow?ms=3000')
  await atBackend
  const exit = baton.stop()
  await expect.poll(() => baton.log()).toContain('stopping')
  let isOver = false
  running.finally(() => {
    isOver = true
  })
  const isTaken = () => fetch(`${baton.address}/api/health`).then(Boolean, () => false)
  // Connections that were waiting to be taken are taken first.
  await expect.poll(isTaken, { interval: 10 }).toBe(false)
  expect(isOver).toBe(false)

  const answer = await running
  expect(answer.status).toBe(200)
  expect(await answer.json()).toEqual({ waited: 3000 })
  expect(await exit).toBe(0)
})

test('a server that was stopped starts again on the same database with everyone signed in', async ({
  stage,
  baton,
  signedIn,
  startAnother,
}) => {
  await baton.stop()
  const port = stage.publicPort
  const first = await startAnother({ port })
  const person = await signedIn()
  const before = await person.session()
  expect(await first.stop()).toBe(0)
  const again = await startAnother({ port })
  expect(await person.session()).toEqual({ ...before, expires: expect.any(String) })
  expect((await person.ownPage('/api/backends/demo/api/authenticated/greeting')).status).toBe(200)
  expect(await again.stop()).toBe(0)
})

test.for([[], ['SIGTERM']] as const)(
  'a fault that nothing has caught is logged, and the exit code is 1 after the calls that run (%j)',
  async (before, { stage, signedIn, partners, startAnother }) => {
    // What no request can do: a fault outside of every call.
    const fault = 'process.on("SIGUSR2", () => { throw new Error("out of the blue") })'
    const baton = await startAnother({
      port: stage.publicPort,
      env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(fault)}` },
    })
    const person = await signedIn()
    const atBackend = once(partners.backendServer, 'request')
    const running = person.ownPage('/api/backends/demo/api/authenticated/slow?ms=1000')
    await atBackend
    const exited = once(baton.process, 'exit')
    for (const signal of before) {
      baton.process.kill(signal)
      await expect.poll(() => baton.log()).toContain('stopping')
    }
    baton.process.kill('SIGUSR2')
    expect((await running).status).toBe(200)
    expect((await exited)[0]).toBe(1)
    await expect.poll(() => logLines(baton).at(-1)).toMatchObject({ event: 'server.stopped', exitCode: 1 })
    const faults = logLines(baton).filter((line) => JSON.stringify(line).includes('out of the blue'))
    expect(faults.map(({ level }) => level)).toEqual(['fatal'])
  },
)

test('a promise that is rejected and left behind, as Next leaves some, stops nobody', async ({
  startAnother,
}) => {
  const left = 'process.on("SIGUSR2", () => { Promise.reject(new Error("left behind")) })'
  const baton = await startAnother({
    env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(left)}` },
  })
  baton.process.kill('SIGUSR2')
  await expect.poll(() => baton.log()).toContain('left behind')
  expect((await fetch(`${baton.address}/api/ready`)).status).toBe(200)
  expect(await baton.stop()).toBe(0)
})
