import { parseCookie, stringifySetCookie } from 'cookie'
import type { Config } from '#lib/config/load.ts'
import { sha256 } from '#lib/crypto/digest.ts'
import { openPageSeconds } from '#lib/db/nonces.ts'
import { openPageProof, type PageProof, sealPageProof } from '#lib/handoff/page-proof.ts'
import { cookieAttributes, cookieName } from '#lib/http/cookie.ts'

const prefix = 'baton.handoff.'
const path = '/handoff'

type Needs = Pick<Config, 'url' | 'secrets'>

/**
 * The `Set-Cookie` value that keeps the proof of an opened page in this browser, one cookie for each nonce.
 * The browser sends it to the hand-off page or, when an application returns with the nonce, to the steps of
 * the OpenID Provider.
 */
export async function keepPageProof(
  proof: PageProof,
  config: Needs,
  { forApplication = false } = {},
): Promise<string> {
  return stringifySetCookie({
    ...attributes(proof.nonce, config),
    // Lax: the browser comes from the application, which is another site.
    ...(forApplication && { path: '/interaction', sameSite: 'lax' as const }),
    value: await sealPageProof(proof, config.secrets),
    maxAge: openPageSeconds,
  })
}

/** The `Set-Cookie` value that removes the proof for a nonce. */
export function dropPageProof(nonce: string, config: Needs): string {
  return stringifySetCookie({ ...attributes(nonce, config), value: '', maxAge: 0 })
}

/** The proof that this browser keeps for a nonce. */
export async function readPageProof(
  cookieHeader: string | undefined,
  nonce: string,
  config: Needs,
): Promise<PageProof | undefined> {
  return readPageProofOf(cookieHeader, sha256(nonce), config)
}

/** The proof that this browser keeps for the nonce with this SHA-256. */
export async function readPageProofOf(
  cookieHeader: string | undefined,
  hash: Buffer,
  config: Needs,
): Promise<PageProof | undefined> {
  const sealed = parseCookie(cookieHeader ?? '')[nameOf(hash, config)]
  const proof = sealed ? await openPageProof(sealed, config.secrets) : undefined
  return proof && sha256(proof.nonce).equals(hash) ? proof : undefined
}

/**
 * The proof of the page that this browser opened last. A reload needs it, because the nonce is no longer in
 * the address.
 */
export async function latestPageProof(
  cookieHeader: string | undefined,
  config: Needs,
): Promise<PageProof | undefined> {
  const start = cookieName(prefix, path, config)
  const sealed = Object.entries(parseCookie(cookieHeader ?? '')).filter(([name]) => name.startsWith(start))
  const proofs = await Promise.all(
    sealed.map(async ([name, value]) => {
      const proof = await openPageProof(value ?? '', config.secrets)
      // Under another name it is not what Baton set, and over https anybody may have set it.
      return proof && nameOf(sha256(proof.nonce), config) === name ? proof : undefined
    }),
  )
  return proofs
    .filter((proof) => proof !== undefined)
    .reduce<PageProof | undefined>((a, b) => (a && seenAt(a) > seenAt(b) ? a : b), undefined)
}

function seenAt({ shownAt, openedAt }: PageProof): Date {
  return shownAt ?? openedAt
}

function attributes(nonce: string, config: Needs) {
  return {
    ...cookieAttributes(config),
    name: nameOf(sha256(nonce), config),
    sameSite: 'strict',
    path,
  } as const
}

// Part of the nonce's digest: several pages can be open at once, and the name does not reveal the nonce.
function nameOf(hash: Buffer, config: Needs): string {
  return cookieName(`${prefix}${hash.toString('hex').slice(0, 16)}`, path, config)
}
