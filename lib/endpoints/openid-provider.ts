import type { IncomingMessage, ServerResponse } from 'node:http'
import { readText } from '#lib/http/form.ts'
import { mountPath } from '#lib/oidc/mount-path.ts'
import type { Exchange } from './endpoint.ts'

/** An issuer with a path has its metadata at the root as well (RFC 8414, section 3.1). */
export const metadataPath = `/.well-known/oauth-authorization-server${mountPath}`

/** `/oidc/*`: Baton's OpenID Provider. */
export async function openIdProvider(exchange: Exchange): Promise<void> {
  const { req, res, target } = exchange
  if (req.method === 'POST' && target.split('?', 1)[0] === `${mountPath}/authorize`) return asGet(req, res)
  return passTo(target.slice(mountPath.length), exchange)
}

/** The provider's metadata, at the root. */
export async function rootMetadata(exchange: Exchange): Promise<void> {
  return passTo('/.well-known/openid-configuration', exchange)
}

async function passTo(path: string, { req, res, runtime }: Exchange): Promise<void> {
  // The library finds its mount path by comparing the two.
  const below: IncomingMessage & { originalUrl?: string } = req
  below.url = path
  below.originalUrl = mountPath + path
  await runtime.oidc.listener(below, res)
}

// An authorization request may be posted (OpenID Connect Core 1.0, section 3.1.2.1). A post from another site
// brings no cookie of this one: the request is made again as a navigation, which does.
async function asGet(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const parameters = new URLSearchParams(await readText(req))
  res.writeHead(303, {
    location: `${mountPath}/authorize?${parameters}`,
    'cache-control': 'no-store',
    'content-length': 0,
  })
  res.end()
}
