import type { IncomingMessage } from 'node:http'
import { readText } from '#lib/http/form.ts'
import { mountPath } from '#lib/oidc/mount-path.ts'
import type { Exchange } from './endpoint.ts'

/** An issuer with a path has its metadata at the root as well (RFC 8414, section 3.1). */
export const metadataPath = `/.well-known/oauth-authorization-server${mountPath}`

/** `/oidc/*`: Baton's OpenID Provider. */
export function openIdProvider(exchange: Exchange): Promise<void> {
  return passTo(exchange.target.slice(mountPath.length), exchange)
}

/**
 * `POST /oidc/authorize`: an authorization request may be posted (OpenID Connect Core 1.0, section 3.1.2.1).
 * A post from another site brings no cookie of this one, so the request is repeated as a navigation, which
 * does.
 */
export async function repeatByGet({ req, res }: Exchange): Promise<void> {
  const parameters = new URLSearchParams(await readText(req))
  res.writeHead(303, {
    location: `${mountPath}/authorize?${parameters}`,
    'cache-control': 'no-store',
    'content-length': 0,
  })
  res.end()
}

/** The provider's metadata, at the root. */
export function rootMetadata(exchange: Exchange): Promise<void> {
  return passTo('/.well-known/openid-configuration', exchange)
}

async function passTo(path: string, { req, res, runtime }: Exchange): Promise<void> {
  // The library finds its mount path by comparing the two.
  const below: IncomingMessage & { originalUrl?: string } = req
  below.url = path
  below.originalUrl = mountPath + path
  await runtime.oidc.listener(below, res)
}
