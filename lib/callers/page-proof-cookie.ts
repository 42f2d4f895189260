import { parseCookie, stringifySetCookie } from 'cookie'
import type { Config } from '#lib/config/load.ts'
import { openPageSeconds } from '#lib/db/nonces.ts'
import { nonceHashOf, openPageProof, type PageProof, sealPageProof } from '#lib/handoff/page-proof.ts'
import { cookieAttributes, cookieName, surplus } from '#lib/http/cookie.ts'

const prefix = 'baton.handoff.'
/** Seconds: as long as a page may redeem its nonce, and then as long as its browser gets the same answer. */
const maxAge = 2 * openPageSeconds
/** Proofs that are opened to find the latest: a browser has half as many, and each takes time to open. */
const mostOpened = 10

type Needs = Pick<Config, 'url' | 'secrets'>
type Cookie = string | undefined

/**
 * The `Set-Cookie` values that keep the proof of an opened page in this browser, one cookie for each nonce,
 * and remove the oldest ones beyond five. An application's step finds it as well.
 */
export async function keepPageProof(proof: PageProof, cookie: Cookie, config: Needs): Promise<string[]> {
  const name = nameOf(nonceHashOf(proof), config)
  const value = await sealPageProof(proof, config.secrets)
  const old = surplus(Object.keys(own(cookie, config)), name)
  return [
    ...old.map((gone) =>
      stringifySetCookie({ ...cookieAttributes(config), name: gone, value: '', maxAge: 0 }),
    ),
    stringifySetCookie({ ...cookieAttributes(config), name, value, maxAge }),
  ]
}

/** The proof that this browser keeps for the nonce with this SHA-256. */
export async function readPageProof(
  cookie: Cookie,
  hash: Buffer,
  config: Needs,
): Promise<PageProof | undefined> {
  const sealed = own(cookie, config)[nameOf(hash, config)]
  const proof = sealed ? await openPageProof(sealed, config.secrets) : undefined
  return proof && nonceHashOf(proof).equals(hash) ? proof : undefined
}

/**
 * The proof of Baton's own hand-off page that this browser opened last. A reload needs it, because the nonce
 * is no longer in the address.
 */
export async function latestPageProof(cookie: Cookie, config: Needs): Promise<PageProof | undefined> {
  const proofs = await Promise.all(
    Object.entries(own(cookie, config))
      .slice(-mostOpened)
      .map(async ([name, value]) => {
        const proof = await openPageProof(value, config.secrets)
        // Under another name it is not what Baton set, and without the prefix anybody may have set it.
        return proof?.nonce && nameOf(nonceHashOf(proof), config) === name ? proof : undefined
      }),
  )
  return proofs
    .filter((proof) => proof !== undefined)
    .reduce<PageProof | undefined>((a, b) => (a && seenAt(a) > seenAt(b) ? a : b), undefined)
}

function seenAt({ shownAt, openedAt }: PageProof): Date {
  return shownAt ?? openedAt
}

function own(cookie: Cookie, config: Needs): Record<string, string> {
  const start = cookieName(prefix, config)
  const entries = Object.entries(parseCookie(cookie ?? '')).filter(([name]) => name.startsWith(start))
  return Object.fromEntries(entries.map(([name, value]) => [name, value ?? '']))
}

// Part of the nonce's digest: several pages can be open at once, and the name does not reveal the nonce.
function nameOf(hash: Buffer, config: Needs): string {
  return cookieName(`${prefix}${hash.toString('hex').slice(0, 16)}`, config)
}
