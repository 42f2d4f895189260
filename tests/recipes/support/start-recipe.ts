import { freePort } from '../../support/free-port.ts'
import { resourceServer } from './parties.ts'
import { type Command, startProcess } from './process.ts'

export type Around = {
  /** Baton's origin. */
  batonUrl: string
  /** The provider's issuer. */
  provider: string
}

/** Starts a recipe as a process of its own, with what the recipes read from the environment. */
export async function startRecipe(
  command: (port: string) => Command,
  { batonUrl, provider }: Around,
  env: Record<string, string> = {},
) {
  const port = await freePort()
  return startProcess(command(String(port)), port, {
    PYTHONDONTWRITEBYTECODE: '1',
    PORT: String(port),
    BATON_URL: batonUrl,
    BATON_CLIENT_SECRET: resourceServer.clientSecret,
    PROVIDER_ISSUER: provider,
    PROVIDER_JWKS_URI: `${provider}/jwks`,
    ...env,
  })
}
