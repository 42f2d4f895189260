import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lanCertificate } from './certificate.ts'
import { namesOfThisMachine } from './this-machine.ts'

export type LanSettings = {
  /** What the parts of the demo get in their environment. */
  env: Record<string, string>
  /** The page without encryption at which a phone begins. */
  guideUrl: string
  /** The file with the certificate of the authority. */
  authority: string
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
  const data = env.BATON_DATA_DIR || '.baton'
  const folder = join(data, 'lan')
  const { authority, certificate, key } = await lanCertificate([...new Set([name, ...known])], folder)
  const guidePort = env.DEMO_GUIDE_PORT || '3080'
  const at = (port: number) => `https://${name}:${port}`
  return {
    authority,
    guideUrl: `http://${name}:${guidePort}/`,
    env: {
      BATON_URL: env.BATON_URL || at(3443),
      DEMO_IDP_URL: env.DEMO_IDP_URL || at(4000),
      DEMO_BACKEND_URL: env.DEMO_BACKEND_URL || at(4001),
      DEMO_WEB_URL: env.DEMO_WEB_URL || at(4002),
      HOST: '127.0.0.1',
      PORT: env.PORT || '3000',
      BATON_CONFIG: env.BATON_CONFIG || behindFront(folder),
      DEMO_GUIDE_PORT: guidePort,
      DEMO_TLS_AUTHORITY: authority,
      DEMO_TLS_CERTIFICATE: certificate,
      DEMO_TLS_KEY: key,
      // The parts call each other, Baton included.
      NODE_EXTRA_CA_CERTS: authority,
    },
  }
}

// The demo's configuration, and that the https front may say where calls come from.
function behindFront(folder: string): string {
  const { $schema: _, ...sections } = JSON.parse(readFileSync('demo/baton.config.json', 'utf8'))
  const file = join(folder, 'baton.config.json')
  writeFileSync(file, JSON.stringify({ ...sections, trustedProxies: ['127.0.0.1/32'] }, null, 2))
  return file
}
