import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { startProcess } from '../../recipes/support/process.ts'
import { requireDebian } from '../../recipes/support/require-debian.ts'

const modules = '/usr/lib/apache2/modules'
const loaded = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'rewrite', 'proxy', 'proxy_http']

/** What stands around a site's own file. */
const server = (folder: string) => `
${[...loaded, 'auth_openidc'].map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so`).join('\n')}
User www-data
Group www-data
ServerName 127.0.0.1
Listen 127.0.0.1:\${PORT}
DefaultRuntimeDir ${folder}
PidFile ${folder}/pid
ErrorLog "|/bin/cat"
Include ${resolve('tests/recipes/apache/web-application.conf')}
ProxyPass / \${BEHIND_URL}/
`

type Place = { batonUrl: string; secret: string; port: number; behindUrl: string }

/** Starts Apache with the recipe for mod_auth_openidc at this port, in front of an application. */
export async function startModAuthOpenidc({ batonUrl, secret, port, behindUrl }: Place) {
  requireDebian(['apache2-bin', 'libapache2-mod-auth-openidc'])
  const folder = await mkdtemp(join(tmpdir(), 'baton-apache-'))
  const file = join(folder, 'httpd.conf')
  await writeFile(file, server(folder))
  const apache = await startProcess(['/usr/sbin/apache2', '-D', 'FOREGROUND', '-f', file], port, {
    BATON_URL: batonUrl,
    APP_URL: `http://127.0.0.1:${port}`,
    WEB_APP_SECRET: secret,
    OIDC_PASSPHRASE: 'a passphrase of the tests that is long enough',
    PORT: String(port),
    BEHIND_URL: behindUrl,
  })
  return {
    url: apache.url,
    async close() {
      await apache.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
