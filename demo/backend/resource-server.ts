import { createResourceServer, type ResourceServer } from '@baton/resource-server'

type Settings = {
  batonUrl: string
  /** This backend's audience: `aud` must contain it. It is its address too, which proofs of keys name. */
  audience: string
  /** Issuers whose JWT access tokens are accepted besides Baton's own. */
  issuers: readonly string[]
  /** Called with errors that callers do not see. */
  onError?: (error: { code: string; message: string }) => void
}

/**
 * Creates the part of the demo backend that identifies callers. It verifies JWTs of Baton and the identity
 * provider. It asks Baton about web nonces and listens for revocations. It expects RS256 only, because both
 * sign with it.
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
    publicUrl: audience,
    algorithms,
    issuers: issuers.map((issuer) => ({ issuer, audience, algorithms })),
    onError,
  })
}
