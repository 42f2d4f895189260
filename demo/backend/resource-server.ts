import { createResourceServer, type ResourceServer } from '@baton/resource-server'

type Settings = {
  batonUrl: string
  /** Of this backend: what `aud` has to contain. */
  audience: string
  /** Whose JWT access tokens are good here besides Baton's own. */
  issuers: readonly string[]
  /** Hears what callers are not told. */
  onError?: (error: { code: string; message: string }) => void
}

/**
 * Makes the part of the demo backend that tells whose call it is: by JWTs of Baton and of the identity provider, and by web nonces, for which it asks
 * Baton and listens for revocations. Only RS256 is expected, as that is how both sign.
 */
export function createDemoResourceServer({
  batonUrl,
  audience,
  issuers,
  onError = ({ code, message }) => process.stderr.write(`${code}: ${message}\n`),
}: Settings): ResourceServer {
  const algorithms = ['RS256']
  return createResourceServer({
    batonUrl,
    clientId: 'demo-backend',
    clientSecret: 'demo-backend-secret',
    audience,
    algorithms,
    issuers: issuers.map((issuer) => ({ issuer, audience, algorithms })),
    onError,
  })
}
