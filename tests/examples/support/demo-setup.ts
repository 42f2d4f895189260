import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { freePort } from '../../support/free-port.ts'
import { startProcess } from './start-process.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The addresses of the running demo, as the environment of the examples has them. */
    demo: { BATON_URL: string; DEMO_IDP_URL: string; DEMO_BACKEND_URL: string; DEMO_WEB_URL: string }
  }
}

/** Runs the demo with the clients of the examples, at ports of its own and with data of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const address = async (host: string) => `http://${host}:${await freePort()}`
  const demo = {
    BATON_URL: await address('localhost'),
    DEMO_IDP_URL: await address('127.0.0.1'),
    DEMO_BACKEND_URL: await address('127.0.0.1'),
    DEMO_WEB_URL: await address('127.0.0.1'),
  }
  const folder = await mkdtemp(join(tmpdir(), 'baton-examples-'))
  const env = { ...demo, BATON_DATA_DIR: folder, BATON_CONFIG: 'examples/baton.config.json' }
  const running = await startProcess(
    { command: [process.execPath, 'demo/run.ts'], cwd: '.', env, ready: /^Baton is ready:/m },
    { seconds: 300 },
  )
  project.provide('demo', demo)
  return async () => {
    await running.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
