import type { Config } from '#lib/config/load.ts'
import { serverNonce } from '#lib/dpop/server-nonce.ts'

const isDpop = /^dpop\b/i

/**
 * The nonce for the next proof of an app that calls Baton itself by the DPoP scheme; `undefined` for any
 * other call. Every answer has it, so that an app in use is not asked for another one. RFC 9449, section 8.2.
 */
export function nextNonce(
  authorization: string | undefined,
  path: string,
  { secrets }: Pick<Config, 'secrets'>,
): string | undefined {
  if (authorization === undefined || !isDpop.test(authorization)) return undefined
  // The library has nonces of its own.
  return path.startsWith('/api/') ? serverNonce(secrets) : undefined
}

/** The header that has it. */
export const nonceHeader = 'DPoP-Nonce'
