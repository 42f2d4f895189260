import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bench } from '../bench.ts'
import { startServer } from '../measure/start-server.ts'
import { backendOf } from '../partners/backend.ts'
import { type ProxyServer, withoutSessions } from './proxy.ts'

/** Returns nginx as one process on one core, or `undefined` when it is not installed. */
export async function nginxOf(bench: Bench): Promise<ProxyServer | undefined> {
  if (spawnSync('nginx', ['-v']).status !== 0) return undefined
  return bench.once('nginx', async () => {
    const { url } = await backendOf(bench)
    const folder = await bench.folder()
    const config = join(folder, 'nginx.conf')
    const server = await startServer(bench, {
      name: 'nginx',
      command: 'nginx',
      async args(port) {
        await writeFile(config, configuration({ folder, port, backend: new URL(url).host }))
        return ['-p', folder, '-e', 'stderr', '-c', config]
      },
      cores: bench.cores.server,
      ready: '/json',
    })
    return withoutSessions('nginx', server)
  })
}

function configuration({ folder, port, backend }: { folder: string; port: number; backend: string }): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return `
    daemon off;
    master_process off;
    pid ${folder}/nginx.pid;
    events { worker_connections 8192; }
    http {
      access_log off;
      keepalive_requests 1000000;
      client_max_body_size 0;
      ${temporary.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(' ')}
      upstream backend { server ${backend}; keepalive 1024; keepalive_requests 1000000; }
      server {
        listen 127.0.0.1:${port} backlog=4096;
        location / {
          proxy_pass http://backend;
          proxy_http_version 1.1;
          proxy_set_header Connection "";
          proxy_buffering off;
          proxy_request_buffering off;
          proxy_read_timeout 1h;
        }
      }
    }
  `
}
