import type { IncomingMessage, ServerResponse } from 'node:http'
import { mountPath } from '#lib/oidc/mount-path.ts'
import type { Runtime } from '#lib/runtime.ts'
import { sendError } from './error-answer.ts'
import { readText } from './form.ts'

// An issuer with a path has its metadata at the root as well (RFC 8414, section 3.1).
const rootMetadata = `/.well-known/oauth-authorization-server${mountPath}`
const metadata = '/.well-known/openid-configuration'

/**
 * `/oidc`: Baton's OpenID Provider on Node's own request and response. Returns `false` for any other address.
 */
export async function oidcLane(
  req: IncomingMessage & { originalUrl?: string },
  res: ServerResponse,
  { oidc, log }: Pick<Runtime, 'oidc' | 'log'>,
): Promise<boolean> {
  const target = req.url ?? ''
  if (req.method === 'POST' && target.split('?', 1)[0] === `${mountPath}/authorize`) {
    await asGet(req, res).catch((error) => sendError(res, error, log))
    return true
  }
  const isRoot = target.split('?', 1)[0] === rootMetadata
  if (!isRoot && !target.startsWith(`${mountPath}/`)) return false
  req.url = isRoot ? metadata : target.slice(mountPath.length)
  // The library finds its mount path by comparing `url` and `originalUrl`.
  req.originalUrl = mountPath + req.url
  await oidc.listener(req, res)
  return true
}

// An authorization request may be posted (OpenID Connect Core 1.0, section 3.1.2.1). A POST from another site
// brings no cookies; the redirect repeats the request as a navigation, which does bring them.
async function asGet(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const parameters = new URLSearchParams(await readText(req))
  res.writeHead(303, {
    location: `${mountPath}/authorize?${parameters}`,
    'cache-control': 'no-store',
    'content-length': 0,
  })
  res.end()
}
