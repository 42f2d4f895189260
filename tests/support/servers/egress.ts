import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createSecureContext, TLSSocket } from 'node:tls'
import { selfSignedCertificate } from '../certificate.ts'
import { listen } from '../partners.ts'

type Destination = { hosts: readonly string[]; url: string }

/**
 * The only way out for a process that has `env` as its environment: a proxy at which servers of the test
 * answer as these hosts, over TLS too. Every other host is unreachable.
 */
export async function startEgress(destinations: readonly Destination[]) {
  const byHost = new Map(destinations.flatMap(({ hosts, url }) => hosts.map((host) => [host, url] as const)))
  const certificate = selfSignedCertificate([...byHost.keys()].map(nameOf))
  const secureContext = createSecureContext(certificate)
  const folder = await mkdtemp(join(tmpdir(), 'baton-egress-'))
  const trusted = join(folder, 'certificate.pem')
  await writeFile(trusted, certificate.cert)

  const proxy = await listen((_, response) => response.writeHead(502).end())
  proxy.server.on('connect', async ({ url: target = '' }, socket: Socket) => {
    const [host = '', port] = target.split(':')
    const destination = byHost.get(host) ?? byHost.get(target)
    if (!destination) return socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
    const caller = port === '80' ? socket : new TLSSocket(socket, { isServer: true, secureContext })
    const server = connect(Number(new URL(destination).port), '127.0.0.1')
    await pipeline(caller, server, caller).catch(() => {})
    socket.destroy()
  })
  return {
    env: {
      NODE_USE_ENV_PROXY: '1',
      HTTP_PROXY: proxy.url,
      HTTPS_PROXY: proxy.url,
      NO_PROXY: 'localhost,127.0.0.1',
      NODE_EXTRA_CA_CERTS: trusted,
    },
    async close() {
      await proxy.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const nameOf = (host: string) => host.replace(/:\d+$/, '')
