import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, test } from 'vitest'

const source = new URL('../../support/free-port.ts', import.meta.url).href
const claims = `baton-ports-${process.getuid?.() ?? 'all'}`

// Few enough that processes meet at the same port again and again.
const somePorts = Array.from({ length: 400 }, (_, index) => 15_000 + index)

// Takes 50 ports out of `somePorts`, and lives until its input ends.
const program = `
  import crypto from 'node:crypto'
  import { syncBuiltinESMExports } from 'node:module'
  const { randomInt } = crypto
  crypto.randomInt = () => randomInt(${somePorts[0]}, ${somePorts.at(-1)} + 1)
  syncBuiltinESMExports()
  const { freePort } = await import('${source}')
  console.log(JSON.stringify(await Promise.all(Array.from({ length: 50 }, freePort))))
  process.stdin.resume()
`

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'baton-free-port-'))
})
afterEach(() => rm(folder, { recursive: true }))

type Taker = { process: ChildProcess; ports: number[] }

async function taker(): Promise<Taker> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, TMPDIR: folder },
  })
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  return { process: child, ports: JSON.parse(line) as number[] }
}

async function end({ process: child }: Taker): Promise<void> {
  child.stdin?.end()
  await once(child, 'exit')
}

const claimed = () => readdirSync(join(folder, claims)).map(Number)

/** Lets four processes that live at the same time take 50 ports each. */
async function takeAtOnce(): Promise<void> {
  const takers = await Promise.all(Array.from({ length: 4 }, taker))
  const ports = takers.flatMap((each) => each.ports)
  expect(ports).toHaveLength(200)
  expect(new Set(ports).size).toBe(200)
  expect(claimed()).toEqual(expect.arrayContaining(ports))
  await Promise.all(takers.map(end))
}

test('of many processes no two get the same port, and each gives its ports back', async () => {
  await takeAtOnce()
  expect(claimed()).toEqual([])
}, 30_000)

test('the ports of processes that have died are given out again, each to one process alone', async () => {
  const { pid } = spawnSync(process.execPath, ['--version'])
  mkdirSync(join(folder, claims))
  for (const port of somePorts) writeFileSync(join(folder, claims, String(port)), String(pid))
  await takeAtOnce()
}, 30_000)

test('a port that a server listens on is given to nobody, on whichever address it listens', async () => {
  const hosts = ['127.0.0.1', '0.0.0.0', '::']
  const first = randomInt(somePorts.length / 2)
  const taken = somePorts.slice(first, first + 150)
  const servers = taken.map((port, index) => createServer().listen(port, hosts[index % hosts.length]))
  // Where it cannot listen, another server does.
  await Promise.allSettled(servers.map((server) => once(server, 'listening')))
  const given = await taker()
  for (const port of given.ports) expect(taken).not.toContain(port)
  await end(given)
  for (const server of servers) server.close()
}, 30_000)
