import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose'
import { openAny, type Secrets, seal } from '#lib/crypto/seal.ts'
import {
  findSigningKeys,
  insertFirstSigningKeys,
  insertSigningKey,
  resealSigningKey,
} from '#lib/db/signing-keys.ts'
import type { Runtime } from '#lib/runtime.ts'

const algorithms = ['RS256', 'ES256'] as const
/** Seconds from a rotation until the new key signs; longer than anybody should keep a key set without looking again. */
const notice = 15 * 60

type Needs = Pick<Runtime, 'db' | 'config'>

/** A private key of the OpenID Provider. */
export type SigningKey = JWK & { kid: string; alg: string; use: 'sig' }

/**
 * The private keys of the OpenID Provider, those that sign before those that are only published. The first instance on a database makes
 * them. Throws when they were sealed under another `AUTH_SECRET`.
 */
export async function signingKeys({ db, config }: Needs): Promise<SigningKey[]> {
  await insertFirstSigningKeys(db, () => Promise.all(algorithms.map((alg) => newKey(alg, config.secrets))))
  const stored = await findSigningKeys(db)
  const keys = await Promise.all(
    stored.map(async ({ kid, alg, sealed, signs }) => {
      const opened = await openAny(sealed, context(kid), config.secrets)
      if (!opened)
        throw new Error(
          `The signing key ${kid} was sealed under another AUTH_SECRET. Set that one, or delete the row from signing_keys.`,
        )
      const jwk = opened.value as JWK
      if (!opened.isCurrent)
        await resealSigningKey(db, kid, { from: sealed, to: await seal(jwk, context(kid), config.secrets) })
      return { signs, key: { ...jwk, kid, alg, use: 'sig' as const } }
    }),
  )
  return keys.toSorted((a, b) => Number(b.signs) - Number(a.signs)).map(({ key }) => key)
}

/** Makes a new key for each algorithm. They are published at once, sign after a quarter of an hour, and the old ones stay published for 30 days more. */
export async function rotateSigningKeys({ db, config }: Needs): Promise<string[]> {
  const keys = await Promise.all(algorithms.map((alg) => newKey(alg, config.secrets)))
  for (const key of keys) await insertSigningKey(db, key, notice)
  return keys.map(({ kid }) => kid)
}

async function newKey(alg: string, secrets: Secrets) {
  const { privateKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = await exportJWK(privateKey)
  const kid = await calculateJwkThumbprint(jwk)
  return { kid, alg, sealed: await seal(jwk, context(kid), secrets) }
}

function context(kid: string): string {
  return `signing key ${kid}`
}
