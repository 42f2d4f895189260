import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { query } from '../databases.ts'
import { freePort } from '../free-port.ts'
import { debianProgram } from './debian-program.ts'

const nobody = 65534

/** Starts PgBouncer in transaction mode before this database, with few connections to it. */
export async function startPgBouncer(databaseUrl: string) {
  const program = debianProgram('pgbouncer', 'pgbouncer')
  const port = await freePort()
  const folder = await mkdtemp(join(tmpdir(), 'baton-pgbouncer-'))
  const { hostname, port: serverPort, username, password } = new URL(databaseUrl)
  const file = join(folder, 'pgbouncer.ini')
  await writeFile(
    file,
    `[databases]
* = host=${hostname} port=${serverPort} user=${username} password=${password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 5
max_client_conn = 200
`,
  )
  // It does not run as root.
  const isRoot = process.getuid?.() === 0
  if (isRoot) for (const path of [folder, file]) await chown(path, nobody, nobody)
  await chmod(folder, 0o755)
  const child = spawn(program, ['-q', file], {
    stdio: ['ignore', 'ignore', 'inherit'],
    ...(isRoot && { uid: nobody, gid: nobody }),
  })
  const ended = once(child, 'exit')
  const url = new URL(databaseUrl)
  url.port = String(port)
  while (
    !(await query(url.href, 'SELECT 1').then(
      () => true,
      () => false,
    ))
  ) {
    if (child.exitCode !== null) throw new Error(`PgBouncer did not start (${child.exitCode})`)
    await sleep(50)
  }
  return {
    url: url.href,
    async close() {
      child.kill('SIGTERM')
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}
