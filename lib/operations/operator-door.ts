import { once } from 'node:events'
import { rename, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo, Socket } from 'node:net'
import { createServer, type TLSSocket } from 'node:tls'
import { z } from 'zod'
import { randomToken } from '#lib/crypto/random-token.ts'
import { removeCopy } from './backup.ts'
import { type CommandNeeds, WrongUse } from './command.ts'
import { readAtDoor } from './commands.ts'
import { type Line, linesOf } from './door-lines.ts'
import { type DoorKey, doorTls, keyPath, presharedKey } from './through-door.ts'

const argsSchema = z.array(z.string().max(4096)).max(64)
/** Callers at a time, who may be strangers until they have proven it. */
const mostCallers = 64
/** Milliseconds in which a caller has to prove that it knows the key. */
const handshakeTimeout = 10_000

/**
 * Takes commands from the operator while this process holds the embedded database, which no other can open:
 * on loopback, from whoever can read the key in the data folder. Returns the function that closes the door,
 * which resolves when no command runs any more.
 */
export async function openOperatorDoor(dataDir: string, needs: CommandNeeds): Promise<() => Promise<void>> {
  await removeCopy(dataDir)
  const secret = randomToken()
  const [callers, commands] = [new Set<Socket>(), new Set<Promise<void>>()]
  const server = createServer(
    { ...doorTls, pskCallback: () => presharedKey({ secret }), handshakeTimeout },
    (socket) => {
      const answered = answer(socket, needs).finally(() => commands.delete(answered))
      commands.add(answered)
    },
  )
  server.on('connection', (caller: Socket) => {
    callers.add(caller)
    caller.once('close', () => callers.delete(caller))
  })
  server.maxConnections = mostCallers
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  server.unref()
  const { port } = server.address() as AddressInfo
  await writeKey(keyPath(dataDir), { port, secret })
  return async () => {
    await rm(keyPath(dataDir), { force: true })
    server.close()
    for (const caller of callers) caller.destroy()
    await Promise.all(commands)
  }
}

// A new file, because one that is there keeps its mode; moved to its place, because it is read any time.
async function writeKey(path: string, key: DoorKey): Promise<void> {
  const made = `${path}.new`
  await rm(made, { force: true })
  await writeFile(made, JSON.stringify(key), { flag: 'wx', mode: 0o600 })
  await rename(made, path)
}

async function answer(socket: TLSSocket, needs: CommandNeeds): Promise<void> {
  socket.on('error', () => socket.destroy())
  const say = (line: Line) => void (socket.writable && socket.write(`${JSON.stringify(line)}\n`))
  const asked = linesOf(socket)
  try {
    const { value: args = '[]' } = await asked.next()
    const { run, changes } = await readAtDoor(argsSchema.parse(JSON.parse(args)))
    for await (const text of run(needs)) {
      say({ text })
      const hasLeft = (await asked.next()).done
      // Half of a change helps nobody.
      if (hasLeft && !changes) return
    }
    say({ exitCode: 0 })
  } catch (error) {
    say({ exitCode: error instanceof WrongUse ? 2 : 1, message: (error as Error).message })
  } finally {
    socket.end()
  }
}
