import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { lanCertificate } from './certificate.ts'
import { lanFile } from './lan-file.ts'
import { namesOfThisMachine } from './this-machine.ts'

export type LanSettings = {
  /** What the parts of the demo get in their environment. */
  env: Record<string, string>
  /** The page without encryption at which a phone begins. */
  guideUrl: string
  /** The file with the certificate of the authority. */
  authority: string
  /** Its SHA-256, for a phone's owner to compare. */
  fingerprint: string
}

/**
 * What `--lan` changes: every address of the demo is `https` at this machine's name in the network (`host`,
 * or its first address there), with a certificate that is made at the first run and kept below the data
 * folder. Addresses that the environment sets stay. Throws an `Error` where the machine is in no network.
 */
export async function lanSettings(host: string | undefined, env: NodeJS.ProcessEnv): Promise<LanSettings> {
  const known = namesOfThisMachine()
  const name = host ?? known[0]
  if (!name || (!host && name.startsWith('127.')))
    throw new Error('This machine is in no network. Connect it, or name its address: --lan-host ADDRESS.')
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(name))
    throw new Error(`--lan-host must be a name or an IPv4 address without a port, not "${name}".`)
  const data = env.BATON_DATA_DIR || '.baton'
  const folder = join(data, 'lan')
  const { authority, certificate, key, fingerprint } = await lanCertificate(
    [...new Set([name, ...known])],
    folder,
  )
  const guidePort = env.DEMO_GUIDE_PORT || '3080'
  const at = (port: number) => `https://${name}:${port}`
  const addresses = {
    BATON_URL: env.BATON_URL || at(3443),
    DEMO_IDP_URL: env.DEMO_IDP_URL || at(4000),
    DEMO_BACKEND_URL: env.DEMO_BACKEND_URL || at(4001),
    DEMO_WEB_URL: env.DEMO_WEB_URL || at(4002),
  }
  // For `npm run demo:phone -- --lan` and `demo:tv`.
  writeFileSync(lanFile(env), JSON.stringify({ addresses, authority: resolve(authority) }, null, 2))
  return {
    authority,
    fingerprint,
    guideUrl: `http://${name}:${guidePort}/`,
    env: {
      ...addresses,
      HOST: '127.0.0.1',
      PORT: env.PORT || '3000',
      BATON_CONFIG: behindFront(env.BATON_CONFIG || 'demo/baton.config.json', folder),
      DEMO_GUIDE_PORT: guidePort,
      DEMO_TLS_AUTHORITY: authority,
      DEMO_TLS_CERTIFICATE: certificate,
      DEMO_TLS_KEY: key,
      // The parts call each other, Baton included.
      NODE_EXTRA_CA_CERTS: withOthers(authority, env.NODE_EXTRA_CA_CERTS, folder),
    },
  }
}

// The configuration, and that the https front may say where calls come from.
function behindFront(original: string, folder: string): string {
  const { $schema: _, trustedProxies = [], ...sections } = JSON.parse(readFileSync(original, 'utf8'))
  const file = join(folder, 'baton.config.json')
  const proxies = [...trustedProxies, '127.0.0.1/32']
  writeFileSync(file, JSON.stringify({ ...sections, trustedProxies: proxies }, null, 2))
  // What is beside the original is to be beside this one.
  const hooks = ['baton.hooks.ts', 'baton.hooks.js']
    .map((name) => resolve(dirname(original), name))
    .find((path) => existsSync(path))
  const { href } = pathToFileURL(hooks ?? folder)
  const again = `import * as all from ${JSON.stringify(href)}
const { default: object, ...named } = all
export default { ...object, ...named }
`
  const beside = join(folder, 'baton.hooks.js')
  if (hooks) writeFileSync(beside, again)
  else rmSync(beside, { force: true })
  return file
}

// Node.js reads one file of authorities.
function withOthers(authority: string, others: string | undefined, folder: string): string {
  if (!others) return authority
  const all = join(folder, 'authorities.crt')
  writeFileSync(all, `${readFileSync(authority, 'utf8')}\n${readFileSync(others, 'utf8')}`)
  return all
}
