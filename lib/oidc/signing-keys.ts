import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose'
import type { Config } from '#lib/config/load.ts'
import { openAny, type Secrets, seal } from '#lib/crypto/seal.ts'
import type { Database } from '#lib/db/database.ts'
import {
  deleteSigningKey,
  findSigningKeys,
  findStoredSigningKeys,
  insertFirstSigningKeys,
  insertSigningKey,
  resealSigningKey,
} from '#lib/db/signing-keys.ts'

const algorithms = ['RS256', 'ES256'] as const
/** Seconds from a rotation until the new key signs: longer than a client should cache a key set. */
const notice = 15 * 60

type Needs = { db: Database; config: Pick<Config, 'secrets'> }

/** A private key of the OpenID Provider. */
export type SigningKey = JWK & { kid: string; alg: string; use: 'sig' }

/**
 * The private keys of the OpenID Provider: first those that sign, then those that are only published. The
 * first instance on a database makes them. Throws when they were sealed with another `AUTH_SECRET`.
 */
export async function signingKeys(needs: Needs): Promise<SigningKey[]> {
  const { db, config } = needs
  await insertFirstSigningKeys(db, () => Promise.all(algorithms.map((alg) => newKey(alg, config.secrets))))
  return storedKeys(needs)
}

/**
 * Makes a new key for each algorithm and returns their ids. The new keys are published at once and sign after
 * a quarter of an hour, or at once where none is left; the old keys stay published for 30 more days. Throws
 * as `signingKeys` does: the secret here must be that of the instances, or none of them could start again.
 */
export async function rotateSigningKeys(needs: Needs): Promise<string[]> {
  await storedKeys(needs)
  const { db, config } = needs
  const keys = await Promise.all(algorithms.map((alg) => newKey(alg, config.secrets)))
  for (const key of keys) await insertSigningKey(db, key, notice)
  return keys.map(({ kid }) => kid)
}

/** Removes the keys that none of the secrets opens, and returns their ids. */
export async function discardLostSigningKeys({ db, config }: Needs): Promise<string[]> {
  const lost = await lostSigningKeys(await findStoredSigningKeys(db), config.secrets)
  for (const key of lost) await deleteSigningKey(db, key)
  return lost.map(({ kid }) => kid)
}

type SealedKey = { kid: string; sealed: string }

/** Those of some stored keys that none of the secrets opens. */
export async function lostSigningKeys(keys: SealedKey[], secrets: Secrets): Promise<SealedKey[]> {
  const isLost = await Promise.all(
    keys.map(async ({ kid, sealed }) => !(await openAny(sealed, context(kid), secrets))),
  )
  return keys.filter((_, index) => isLost[index])
}

async function storedKeys({ db, config }: Needs): Promise<SigningKey[]> {
  const stored = await findSigningKeys(db)
  const keys = await Promise.all(
    stored.map(async ({ kid, alg, sealed, signs }) => {
      const opened = await openAny(sealed, context(kid), config.secrets)
      if (!opened)
        throw new Error(
          `The signing key ${kid} was sealed with another AUTH_SECRET. Set that secret again, after the ` +
            'new one: AUTH_SECRET=NEW,OLD. If it is lost, run `npm run keys:rotate -- --discard-lost` in ' +
            "Baton's environment while Baton is stopped: it removes the keys that cannot be opened, makes " +
            'new ones and tells what follows.',
        )
      const jwk = opened.value as JWK
      if (!opened.isCurrent)
        await resealSigningKey(db, kid, { from: sealed, to: await seal(jwk, context(kid), config.secrets) })
      return { signs, key: { ...jwk, kid, alg, use: 'sig' as const } }
    }),
  )
  return keys.toSorted((a, b) => Number(b.signs) - Number(a.signs)).map(({ key }) => key)
}

/** Keys that are kept nowhere, for a provider that serves nobody. */
export function passingKeys(): Promise<SigningKey[]> {
  return Promise.all(algorithms.map(makeKey))
}

async function newKey(alg: string, secrets: Secrets) {
  const { kid, alg: _, use, ...jwk } = await makeKey(alg)
  return { kid, alg, sealed: await seal(jwk, context(kid), secrets) }
}

async function makeKey(alg: string): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = await exportJWK(privateKey)
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg, use: 'sig' }
}

function context(kid: string): string {
  return `signing key ${kid}`
}
