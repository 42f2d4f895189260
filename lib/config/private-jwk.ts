import { createPrivateKey } from 'node:crypto'
import type { JWK } from 'jose'

const algorithmOf: Record<string, string> = {
  RSA: 'RS256',
  'P-256': 'ES256',
  'P-384': 'ES384',
  'P-521': 'ES512',
  Ed25519: 'EdDSA',
}

/**
 * A configured private key as a JWK with its `alg`: given as a JWK (an object or JSON text) or as PKCS #8 in
 * PEM, whose line ends may be written as `\n`, as environments cannot hold others. Throws an `Error` for
 * anything else. RFC 7517; RFC 5958.
 */
export function privateJwk(given: string | Record<string, unknown>): JWK & { alg: string } {
  const { kid, alg, ...jwk } = parsed(given)
  const known = createPrivateKey({ key: jwk as JWK, format: 'jwk' }).export({ format: 'jwk' }) as JWK
  const usual = algorithmOf[known.crv ?? ''] ?? algorithmOf[known.kty ?? '']
  const signs = typeof alg === 'string' ? alg : usual
  if (!signs) throw new Error('its kind cannot sign')
  return { ...known, ...(typeof kid === 'string' && { kid }), alg: signs }
}

function parsed(given: string | Record<string, unknown>): Record<string, unknown> {
  if (typeof given !== 'string') return given
  if (given.trimStart().startsWith('{')) return JSON.parse(given)
  const pem = given.replaceAll('\\n', '\n')
  return createPrivateKey(pem).export({ format: 'jwk' }) as Record<string, unknown>
}
