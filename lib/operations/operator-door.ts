import { timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { rename, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { sha256 } from '#lib/crypto/digest.ts'
import { randomToken } from '#lib/crypto/random-token.ts'
import { type CommandNeeds, WrongUse } from './command.ts'
import { readAtDoor } from './commands.ts'
import { keyPath, type Line } from './through-door.ts'

const argsSchema = z.array(z.string().max(4096)).max(64)
/** Bytes that the arguments of a command may have. */
const longest = 64 * 1024

/**
 * Takes commands from the operator while this process holds the embedded database, which no other can open:
 * on loopback, from whoever can read the key in the data folder. Returns the function that closes the door.
 */
export async function openOperatorDoor(dataDir: string, needs: CommandNeeds): Promise<() => Promise<void>> {
  const token = randomToken()
  const server = createServer((req, res) => void answer(req, res, token, needs))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  server.unref()
  const { port } = server.address() as AddressInfo
  await writeKey(keyPath(dataDir), JSON.stringify({ port, token }))
  return async () => {
    server.close()
    server.closeAllConnections()
    await rm(keyPath(dataDir), { force: true })
  }
}

// A new file, because one that is there keeps its mode; moved to its place, because it is read any time.
async function writeKey(path: string, key: string): Promise<void> {
  const made = `${path}.new`
  await rm(made, { force: true })
  await writeFile(made, key, { flag: 'wx', mode: 0o600 })
  await rename(made, path)
}

async function answer(req: IncomingMessage, res: ServerResponse, token: string, needs: CommandNeeds) {
  if (!isFromOperator(req, token)) return void res.writeHead(401).end()
  if (req.method === 'GET') return void res.writeHead(204).end()
  const say = (line: Line) => res.write(`${JSON.stringify(line)}\n`)
  try {
    const args = argsSchema.parse(JSON.parse(await text(req)))
    const run = await readAtDoor(args)
    for await (const piece of run(needs)) {
      if (res.destroyed) return
      if (!say({ text: piece })) await Promise.race([once(res, 'drain'), once(res, 'close')])
    }
    say({ exitCode: 0 })
  } catch (error) {
    say({ exitCode: error instanceof WrongUse ? 2 : 1, message: (error as Error).message })
  }
  res.end()
}

function isFromOperator({ headers }: IncomingMessage, token: string): boolean {
  const given = sha256(headers.authorization ?? '')
  const isShort = Number(headers['content-length'] ?? 0) <= longest
  return (
    isShort && headers['transfer-encoding'] === undefined && timingSafeEqual(given, sha256(`Bearer ${token}`))
  )
}
