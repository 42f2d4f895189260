import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { Agent, type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { WrongUse } from './command.ts'

const keySchema = z.object({ port: z.number(), token: z.string() })

/** What comes back of a command, a line each: text that it prints, then how it ended. */
export type Line = { text: string } | { exitCode: 0 } | { exitCode: 1 | 2; message: string }

/** Where the operator's key to the process is that holds the database in this folder. */
export const keyPath = (dataDir: string) => join(dataDir, 'operator.json')

/**
 * The way to the process that holds the embedded database in this folder: a function that has it run a
 * command and yields what that prints, which throws `WrongUse`, or an error in a plain sentence. `undefined`
 * when no process answers.
 */
export async function operatorDoor(
  dataDir: string,
): Promise<((args: string[]) => AsyncGenerator<string>) | undefined> {
  try {
    const { port, token } = keySchema.parse(JSON.parse(await readFile(keyPath(dataDir), 'utf8')))
    const knock = (method: string, body = '') => ask({ port, token, method, body })
    // The key of a process that was killed opens nothing.
    const answer = await knock('GET')
    answer.resume()
    if (answer.statusCode !== 204) return undefined
    return (args) => said(knock('POST', JSON.stringify(args)))
  } catch {
    return undefined
  }
}

type Knock = { port: number; token: string; method: string; body: string }

// `fetch` and the global agent would take the key to the proxy that the environment names.
async function ask({ port, token, method, body }: Knock): Promise<IncomingMessage> {
  const headers = { authorization: `Bearer ${token}`, 'content-length': Buffer.byteLength(body) }
  const asked = request({ host: '127.0.0.1', port, method, headers, agent: new Agent() })
  asked.end(body)
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  return answer
}

async function* said(answer: Promise<IncomingMessage>): AsyncGenerator<string> {
  for await (const text of createInterface(await answer)) {
    const line = JSON.parse(text) as Line
    if ('text' in line) yield line.text
    else if (line.exitCode === 0) return
    else throw line.exitCode === 2 ? new WrongUse(line.message) : new Error(line.message)
  }
  throw new Error('Baton stopped before the command had ended: run it again')
}
