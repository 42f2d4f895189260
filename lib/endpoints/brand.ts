import { clientOf } from '#lib/config/client-of.ts'
import type { VersionedFile } from '#lib/config/image.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import type { Answer, Call } from './endpoint.ts'

/** Seconds for which browsers keep a picture: one whose version the address names, and any other. */
const [long, short] = [31_536_000, 300]

/** `GET /brand/{name}`: a picture of the operator's, or the style sheet of the accent. Throws `not_found`. */
export function brandPicture({ url }: Call, { config }: Runtime): Answer {
  const picture = config.brandFiles.get(url.pathname.replace('/brand/', ''))
  if (!picture) throw new OAuthError('not_found', 'there is no such picture here')
  return pictureAnswer(picture, url)
}

/**
 * `GET /brand/applications/{client_id}`: the logo of an application, which Baton fetches unless it is here.
 * Throws `not_found`, also where it cannot be had.
 */
export async function applicationLogo({ url }: Call, { config, logos }: Runtime): Promise<Answer> {
  // The guard has refused what cannot be decoded.
  const client = clientOf(decodeURIComponent(url.pathname.replace('/brand/applications/', '')), config)
  const logo = client && (await logos.of(client))
  if (!logo) throw new OAuthError('not_found', 'there is no such picture here')
  return pictureAnswer(logo, url)
}

// A picture that somebody opens by itself is a document of Baton's origin, and SVG can have scripts.
function pictureAnswer({ bytes, type, version }: VersionedFile, { searchParams }: URL): Answer {
  const isThisOne = searchParams.get('v') === version
  return {
    headers: {
      'content-type': type,
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': isThisOne ? `public, max-age=${long}, immutable` : `public, max-age=${short}`,
    },
    body: bytes,
  }
}
