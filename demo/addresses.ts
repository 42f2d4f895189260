export type Addresses = {
  batonUrl: string
  identityProviderUrl: string
  backendUrl: string
  webUrl: string
}

/**
 * Returns the origins of Baton and its demo partners, without a trailing slash, from the environment or the
 * defaults.
 *
 * @throws {Error} when a variable is not an http(s) origin.
 */
export function addresses(env: NodeJS.ProcessEnv = process.env): Addresses {
  return {
    batonUrl: origin('BATON_URL', env.BATON_URL || `http://localhost:${env.PORT || 3000}`),
    identityProviderUrl: origin('DEMO_IDP_URL', env.DEMO_IDP_URL || 'http://127.0.0.1:4000'),
    backendUrl: origin('DEMO_BACKEND_URL', env.DEMO_BACKEND_URL || 'http://127.0.0.1:4001'),
    webUrl: origin('DEMO_WEB_URL', env.DEMO_WEB_URL || 'http://127.0.0.1:4002'),
  }
}

// Issuers and audiences are compared as strings, so each address must have one spelling everywhere.
function origin(variable: string, value: string): string {
  const url = URL.parse(value)
  const isOrigin = url && /^https?:$/.test(url.protocol) && url.pathname === '/' && !url.search && !url.hash
  if (!isOrigin)
    throw new Error(`${variable} must be an origin such as http://localhost:3000, not "${value}".`)
  return url.origin
}
