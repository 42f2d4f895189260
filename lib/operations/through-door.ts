import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { connect, type TLSSocket } from 'node:tls'
import { z } from 'zod'
import { lockHolder } from '#lib/db/data-folder-lock.ts'
import { WrongUse } from './command.ts'
import { type Line, linesOf } from './door-lines.ts'

/** Milliseconds in which Baton opens the door. */
const patience = 5_000

/** The key to the process that holds an embedded database: its port, and a secret in base64url. */
const keySchema = z.object({ port: z.number(), secret: z.base64url().length(43) })
export type DoorKey = z.output<typeof keySchema>

/** Where that key is. */
export const keyPath = (dataDir: string) => join(dataDir, 'operator.json')

/**
 * TLS with a pre-shared key (RFC 4279, RFC 5487): each side proves that it knows the secret, and no other
 * program that has the port by now hears it, gets a command, or is believed.
 */
export const doorTls = {
  ciphers: 'PSK-AES256-GCM-SHA384',
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.2',
} as const

/** The secret as TLS takes it. */
export const presharedKey = ({ secret }: Pick<DoorKey, 'secret'>) => Buffer.from(secret, 'base64url')

/**
 * Has the process that holds the embedded database in this folder run a command, and yields what that prints;
 * a return before the end is told to it. `undefined` when no process holds the database by a key that is
 * there. Throws a plain sentence when the holder does not answer; the pieces throw `WrongUse` and errors of
 * the command.
 */
export async function throughDoor(
  dataDir: string,
  args: string[],
): Promise<AsyncGenerator<string> | undefined> {
  // The key of a process that was killed opens nothing, and another program may have its port.
  const holder = lockHolder(resolve(dataDir))
  const key = holder === undefined ? undefined : await readKey(dataDir)
  if (!key) return undefined
  const socket = await connected(key).catch((cause) => {
    throw new Error(
      `${holder} holds the database in ${dataDir} and does not answer. Run commands where Baton runs, on ` +
        'the same machine or in the same container. If it hangs, end that process and start Baton again.',
      { cause },
    )
  })
  return said(socket, args)
}

async function readKey(dataDir: string): Promise<DoorKey | undefined> {
  try {
    return keySchema.parse(JSON.parse(await readFile(keyPath(dataDir), 'utf8')))
  } catch {
    return undefined
  }
}

async function connected(key: DoorKey): Promise<TLSSocket> {
  const socket = connect({
    ...doorTls,
    host: '127.0.0.1',
    port: key.port,
    pskCallback: () => ({ psk: presharedKey(key), identity: 'operator' }),
    // The secret says who it is; there is no certificate.
    checkServerIdentity: () => undefined,
  })
  socket.on('error', () => socket.destroy())
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(patience) })
    return socket
  } catch (error) {
    socket.destroy()
    throw error
  }
}

async function* said(socket: TLSSocket, args: string[]): AsyncGenerator<string> {
  try {
    socket.write(`${JSON.stringify(args)}\n`)
    for await (const text of linesOf(socket)) {
      const line = JSON.parse(text) as Line
      if ('text' in line) {
        yield line.text
        // Asks for the next piece: the reader sets the pace.
        socket.write('\n')
      } else if (line.exitCode === 0) return
      else throw line.exitCode === 2 ? new WrongUse(line.message) : new Error(line.message)
    }
    throw new Error('Baton stopped before the command had ended: run it again')
  } finally {
    socket.destroy()
  }
}
