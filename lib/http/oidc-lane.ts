import type { IncomingMessage, ServerResponse } from 'node:http'
import { mountPath } from '#lib/oidc/provider.ts'
import type { Runtime } from '#lib/runtime.ts'

// An issuer with a path has its metadata at the root as well (RFC 8414, section 3.1).
const rootMetadata = `/.well-known/oauth-authorization-server${mountPath}`
const metadata = '/.well-known/openid-configuration'

/** `/oidc`: Baton's OpenID Provider on Node's own request and response. Returns `false` when the address is another. */
export async function oidcLane(
  req: IncomingMessage & { originalUrl?: string },
  res: ServerResponse,
  { oidc }: Pick<Runtime, 'oidc'>,
): Promise<boolean> {
  const target = req.url ?? ''
  const isRoot = target.split('?', 1)[0] === rootMetadata
  if (!isRoot && !target.startsWith(`${mountPath}/`)) return false
  req.url = isRoot ? metadata : target.slice(mountPath.length)
  // The library finds its mount path by comparing the two.
  req.originalUrl = mountPath + req.url
  await oidc.listener(req, res)
  return true
}
