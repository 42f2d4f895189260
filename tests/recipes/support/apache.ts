import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Command, Running } from './process.ts'
import { type Around, startRecipe } from './start-recipe.ts'

const modules = [
  'mpm_event',
  'authn_core',
  'authz_core',
  'authz_user',
  'headers',
  'proxy',
  'proxy_http',
  'oauth2',
]

/** What stands around a site's own file, and beside it a place where the provider's JWTs are good. */
const server = (folder: string) => `
${modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
User www-data
Group www-data
ServerName orders.example.org
Listen 127.0.0.1:\${PORT}
PidFile ${folder}/pid
ErrorLog "|/bin/cat"
CustomLog "|/bin/cat" "%m %U %>s"
OAuth2Cache shm name=other
Include ${resolve('tests/recipes/apache/orders.conf')}
<Location "/other">
  AuthType oauth2
  OAuth2TokenVerify jwks_uri \${PROVIDER_JWKS_URI} verify.cache=other
  Require valid-user
  ProxyPass \${ORDERS_URL}
</Location>
`

/** Starts Apache with the recipe, in front of an application. */
export async function startApache(around: Around, applicationUrl: string): Promise<Running> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-recipe-'))
  const file = join(folder, 'httpd.conf')
  await writeFile(file, server(folder))
  const command: Command = ['/usr/sbin/apache2', '-D', 'FOREGROUND', '-f', file]
  const apache = await startRecipe(() => command, around, { ORDERS_URL: applicationUrl })
  return {
    ...apache,
    async stop() {
      await apache.stop()
      await rm(folder, { recursive: true })
    },
  }
}
