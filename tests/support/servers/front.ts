import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Certificate } from '../certificate.ts'
import { debianProgram } from './debian-program.ts'

type Place = {
  /** The port of the public address, and the one that leads there. */
  ports: { https: number; http: number }
  /** Where Baton listens. */
  batonPort: number
  certificate: Certificate
}

/** One of the programs that `deploy/` has a file for, by its name. */
export type Front = {
  /** The program and its Debian package. */
  program: readonly [string, string]
  /** The file in `deploy/`. */
  file: string
  /** What the file is part of on a real machine, in this folder. */
  whole(text: string, folder: string, place: Place): string
  args(file: string): string[]
  env?: (folder: string) => Record<string, string>
}

/** Starts that program with its file from `deploy/`, where names, ports and paths alone are others. */
export async function startFront(front: Front, place: Place) {
  const program = debianProgram(...front.program)
  const folder = await mkdtemp(join(tmpdir(), 'baton-front-'))
  const { key, cert } = place.certificate
  await writeFile(join(folder, 'fullchain.pem'), cert)
  await writeFile(join(folder, 'privkey.pem'), key)
  await writeFile(join(folder, 'baton.pem'), cert + key)
  const text = (await readFile(front.file, 'utf8'))
    .replaceAll('baton.example.org', 'localhost')
    .replaceAll('/etc/ssl/baton', folder)
    .replaceAll('127.0.0.1:3000', `127.0.0.1:${place.batonPort}`)
  const file = join(folder, 'front.conf')
  await writeFile(file, front.whole(text, folder, place))
  const env = { ...process.env, ...front.env?.(folder) }
  const child = spawn(program, front.args(file), { stdio: ['ignore', 'pipe', 'pipe'], env })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const ended = once(child, 'exit')
  while (!(await isReady(place.ports.https))) {
    if (child.exitCode !== null) throw new Error(`${program} did not start:\n${output}`)
    await sleep(50)
  }
  return {
    /** What it has written, on its outputs and to its files. */
    async log() {
      const names = (await readdir(folder)).filter((name) => name.endsWith('.log'))
      const files = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
      return [output, ...files].join('\n')
    },
    async close() {
      child.kill('SIGTERM')
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function isReady(port: number): Promise<boolean> {
  return fetch(`https://localhost:${port}/api/health`).then(
    ({ ok }) => ok,
    () => false,
  )
}

const tlsOf = (folder: string) => `\ttls ${folder}/fullchain.pem ${folder}/privkey.pem`
const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
const modules = '/usr/lib/apache2/modules'
const loaded = [
  ...['mpm_event', 'authz_core', 'socache_shmcb', 'ssl', 'http2', 'proxy', 'proxy_http', 'headers', 'filter'],
  ...['deflate', 'reqtimeout', 'setenvif', 'alias'],
]

export const fronts: Record<string, Front> = {
  nginx: {
    program: ['nginx', 'nginx-light'],
    file: 'deploy/nginx/baton.conf',
    args: (file) => ['-c', file, '-e', 'stderr'],
    whole: (text, folder, { ports }) => `
      daemon off; master_process off; pid ${folder}/pid; error_log stderr warn;
      events { }
      http {
        access_log ${folder}/all.log;
        ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
        ${text
          .replace('listen 80;', `listen 127.0.0.1:${ports.http};`)
          .replace('listen 443 ', `listen 127.0.0.1:${ports.https} `)
          .replaceAll(/^ *listen \[::\].*\n/gm, '')
          .replaceAll('/var/log/nginx', folder)}
      }`,
  },
  Apache: {
    program: ['apache2', 'apache2-bin'],
    file: 'deploy/apache/baton.conf',
    args: (file) => ['-X', '-f', file],
    env: (folder) => ({ APACHE_RUN_DIR: folder, APACHE_LOG_DIR: folder }),
    whole: (text, folder, { ports }) => `
      ServerRoot ${folder}
      ServerName localhost
      PidFile ${folder}/pid
      DefaultRuntimeDir ${folder}
      User www-data
      Group www-data
      ErrorLog ${folder}/errors.log
      ${loaded.map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so`).join('\n')}
      Listen 127.0.0.1:${ports.http}
      Listen 127.0.0.1:${ports.https}
      ${text.replace('*:80>', `*:${ports.http}>`).replace('*:443>', `*:${ports.https}>`)}`,
  },
  Caddy: {
    program: ['caddy', 'caddy'],
    file: 'deploy/caddy/Caddyfile',
    args: (file) => ['run', '--config', file, '--adapter', 'caddyfile'],
    env: (folder) => ({ HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder }),
    whole: (text, folder, { ports }) =>
      text
        .replace(
          /^\{$/m,
          `{\n\tadmin off\n\tskip_install_trust\n\thttp_port ${ports.http}\n\thttps_port ${ports.https}\n` +
            '\tdefault_bind 127.0.0.1',
        )
        .replace(/^localhost \{$/m, `https://localhost:${ports.https} {\n${tlsOf(folder)}`),
  },
  HAProxy: {
    program: ['haproxy', 'haproxy'],
    file: 'deploy/haproxy/haproxy.cfg',
    args: (file) => ['-db', '-f', file],
    whole: (text, _, { ports }) =>
      text
        .replace('bind :80', `bind 127.0.0.1:${ports.http}`)
        .replace('bind :443', `bind 127.0.0.1:${ports.https}`)
        .replaceAll(/^ *bind \[::\].*\n/gm, '')
        // It would have to be root, and syslog to be there.
        .replace(/^ *(?:user|group|chroot) .*\n/gm, '')
        .replace('log /dev/log local0', 'log stdout format raw local0'),
  },
}
