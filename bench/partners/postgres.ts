import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { freePort } from '../../tests/support/free-port.ts'
import type { Bench } from '../bench.ts'

const patience = 60_000

/** Creates an empty database on the run's PostgreSQL, which has default settings, and returns its URL. */
export async function emptyDatabase(bench: Bench, name: string): Promise<string> {
  const server = await postgresOf(bench)
  const client = new Client({ connectionString: `${server}/postgres` })
  await client.connect()
  await client.query(`CREATE DATABASE ${name}`)
  await client.end()
  return `${server}/${name}`
}

function postgresOf(bench: Bench): Promise<string> {
  return bench.once('PostgreSQL', async () => {
    const port = await freePort()
    const postgres = bench.start({
      name: 'PostgreSQL',
      args: [new URL('./postgres-server.ts', import.meta.url).pathname, await bench.folder(), String(port)],
      cores: bench.cores.partner,
    })
    const url = `postgresql://postgres:postgres@127.0.0.1:${port}`
    const deadline = performance.now() + patience
    while (!(await isUp(url))) {
      if (postgres.hasEnded() || performance.now() > deadline)
        throw new Error(`PostgreSQL did not start:\n${postgres.output()}`)
      await sleep(50)
    }
    return url
  })
}

async function isUp(url: string): Promise<boolean> {
  const client = new Client({ connectionString: `${url}/postgres` })
  try {
    await client.connect()
    await client.end()
    return true
  } catch {
    return false
  }
}
