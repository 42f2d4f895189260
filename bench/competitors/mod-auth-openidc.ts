import { existsSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fillInSignIn } from '../../demo/phone/sign-in-form.ts'
import { newPerson } from '../../tests/support/person.ts'
import type { Bench } from '../bench.ts'
import { startServer } from '../measure/start-server.ts'
import { backendOf } from '../partners/backend.ts'
import { relyingParty, startIdentityProvider } from '../partners/identity-provider.ts'
import type { ProxyServer } from './proxy.ts'

export const modAuthOpenidcName = 'mod_auth_openidc'

const program = '/usr/sbin/apache2'
const modules = '/usr/lib/apache2/modules'
const sessions = 8

/**
 * Returns Apache with mod_auth_openidc, its sessions in shared memory and the access token in
 * `Authorization`, as one process on one core; `undefined` when Debian's packages are not installed.
 */
export async function modAuthOpenidcOf(bench: Bench): Promise<ProxyServer | undefined> {
  if (!existsSync(program) || !existsSync(`${modules}/mod_auth_openidc.so`)) return undefined
  return bench.once(modAuthOpenidcName, async () => {
    const { url: backendUrl } = await backendOf(bench)
    const folder = await bench.folder()
    const { process, port } = await startServer(bench, {
      name: modAuthOpenidcName,
      command: program,
      async args(port) {
        const issuer = await startIdentityProvider(bench, `http://localhost:${port}`, backendUrl)
        const file = join(folder, 'httpd.conf')
        await writeFile(file, configuration({ folder, port, issuer, backendUrl }))
        return ['-D', 'FOREGROUND', '-f', file]
      },
      cores: bench.cores.server,
      ready: '/open/json',
    })
    const url = `http://localhost:${port}`
    const cookies = await Promise.all(Array.from({ length: sessions }, () => signedIn(url)))
    return {
      name: modAuthOpenidcName,
      pids: [process.pid, ...childrenOf(process.pid)],
      ports: [port],
      prefix: '/bench',
      headers: (caller) => ({ host: `localhost:${port}`, cookie: cookies[caller % sessions] ?? '' }),
      isNext: false,
    }
  })
}

type Setting = { folder: string; port: number; issuer: string; backendUrl: string }

function configuration({ folder, port, issuer, backendUrl }: Setting): string {
  const loaded = [
    'mpm_event',
    'authn_core',
    'authz_core',
    'authz_user',
    'headers',
    'proxy',
    'proxy_http',
    'auth_openidc',
  ]
  return `
    ${loaded.map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so`).join('\n')}
    ServerName localhost
    User www-data
    Group www-data
    Listen 127.0.0.1:${port}
    ListenBacklog 4096
    DefaultRuntimeDir ${folder}
    PidFile ${folder}/pid
    ErrorLog "|/bin/cat"
    LogLevel warn
    StartServers 1
    ServerLimit 1
    ThreadLimit 1200
    ThreadsPerChild 1200
    MaxRequestWorkers 1200
    MaxKeepAliveRequests 0
    KeepAliveTimeout 3600
    OIDCProviderMetadataURL ${issuer}/.well-known/openid-configuration
    OIDCClientID ${relyingParty.clientId}
    OIDCClientSecret ${relyingParty.clientSecret}
    OIDCScope "${relyingParty.scope}"
    OIDCPKCEMethod S256
    OIDCRedirectURI http://localhost:${port}${relyingParty.redirectPath}
    OIDCCryptoPassphrase "a passphrase of the bench that is long enough"
    OIDCSessionType server-cache
    OIDCCacheType shm
    OIDCSessionInactivityTimeout 14400
    # It takes Node's fetch for a script, which it would answer by 401
    OIDCUnAuthAction auth true
    <Location "/bench">
      AuthType openid-connect
      Require valid-user
      RequestHeader set Authorization "Bearer %{OIDC_access_token}e"
      RequestHeader unset Cookie
      ProxyPass ${backendUrl} max=1200 flushpackets=on
    </Location>
    <Location "${relyingParty.redirectPath}">
      AuthType openid-connect
      Require valid-user
    </Location>
    ProxyPass /open ${backendUrl}
  `
}

async function signedIn(url: string): Promise<string> {
  const person = newPerson(url)
  const follow = async (path: string, init?: RequestInit) => {
    let at = new URL(path, url).href
    let answer = await person.request(at, init)
    for (let to = answer.headers.get('location'); to; to = answer.headers.get('location')) {
      at = new URL(to, at).href
      answer = await person.request(at)
    }
    return { url: new URL(at), status: answer.status, html: await answer.text() }
  }
  const page = await follow('/bench/json')
  const form = fillInSignIn(page, { user: 'demo', password: 'demo' })
  if (!form) throw new Error(`${modAuthOpenidcName} leads to no sign-in form: ${page.url}, ${page.status}`)
  const end = await follow(form.action.href, { method: 'POST', body: form.fields })
  if (end.status !== 200) throw new Error(`the sign-in at ${modAuthOpenidcName} ends at ${end.url}`)
  return person.jar.getCookieString(url)
}

function childrenOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return children.split(' ').filter(Boolean).map(Number)
}
