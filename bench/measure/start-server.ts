import { freePort } from '../../tests/support/free-port.ts'
import type { Bench } from '../bench.ts'
import { getRequest } from './request-bytes.ts'
import { type ProcessOptions, type StartedProcess, untilItAnswers } from './start-process.ts'

export type ServerOptions = Omit<ProcessOptions, 'args'> & {
  /** Arguments of Node.js, or of the program in `command`. */
  args(port: number): readonly string[] | Promise<readonly string[]>
  /** The path that answers 200 when the server is ready. */
  ready: string
}

export type StartedServer = { process: StartedProcess; port: number; host: string }

/** Starts a server on a free port, which it also finds in `PORT`, and waits until it is ready. */
export async function startServer(bench: Bench, options: ServerOptions): Promise<StartedServer> {
  const { args, ready, env, ...rest } = options
  const port = await freePort()
  const process = bench.start({ ...rest, args: await args(port), env: { ...env, PORT: String(port) } })
  const host = `127.0.0.1:${port}`
  await untilItAnswers(process, port, getRequest(ready, { host }))
  return { process, port, host }
}
