import type { Config } from '#lib/config/load.ts'
import { open, seal } from '#lib/crypto/seal.ts'
import type { Database } from '#lib/db/database.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { keepClaims, lockClaims } from '#lib/db/person-claims.ts'
import { type Door, verifiedEmail } from './allowed.ts'

type Claims = Record<string, unknown>
type Needs = { db: Database; config: Pick<Config, 'secrets'> }

/** Claims about a token rather than about a person. */
const ofTokens = new Set(
  'aud azp iat exp nbf jti nonce at_hash c_hash s_hash auth_time amr acr sid session_state'.split(' '),
)
/** Bytes of what is kept of a door; the longest claims give way first. */
const longest = 64 * 1024

/** What was said of a person at a door, and which of it the user API said and the ID token did not. */
type Kept = { claims: Claims; fromUser: string[] }

/**
 * Keeps what was said of a person at a door last, in place of what was said there before: when Baton starts
 * with another `allow`, it says who may stay. It is sealed for that person alone.
 */
export async function rememberClaims(
  userId: string,
  door: Door,
  { claims, fromUser = [] }: { claims: Claims; fromUser?: string[] | undefined },
  { db, config }: Needs,
): Promise<void> {
  const kept: Kept = { claims: bounded(ofPerson(claims)), fromUser }
  await inTransaction(db, async (tx) => {
    const known = await allDoors(await lockClaims(tx, userId), userId, { config })
    await keepClaims(
      tx,
      userId,
      await seal({ ...known, [keyOf(door)]: kept }, contextOf(userId), config.secrets),
    )
  })
}

/** What was said of a person at a door last; nothing where nothing was kept, or under a lost secret. */
export async function rememberedClaims(
  sealed: string | null,
  { userId, door }: { userId: string; door: Door },
  needs: Pick<Needs, 'config'>,
): Promise<Kept> {
  return (await allDoors(sealed, userId, needs))[keyOf(door)] ?? { claims: {}, fromUser: [] }
}

/**
 * Whether the last word at some door was that this address is the person's and verified, without regard to
 * case.
 */
export async function isVerifiedAddress(
  email: string,
  { id, claims }: { id: string; claims: string | null },
  needs: Pick<Needs, 'config'>,
): Promise<boolean> {
  const doors = Object.values(await allDoors(claims, id, needs))
  return doors.some((kept) => verifiedEmail(kept.claims)?.toLowerCase() === email.toLowerCase())
}

async function allDoors(
  sealed: string | null,
  userId: string,
  { config }: Pick<Needs, 'config'>,
): Promise<Record<string, Kept>> {
  const opened = sealed === null ? undefined : await open(sealed, contextOf(userId), config.secrets)
  return (opened as Record<string, Kept> | undefined) ?? {}
}

function keyOf(door: Door): string {
  return 'provider' in door ? `provider ${door.provider}` : `issuer ${door.issuer}`
}

function contextOf(userId: string): string {
  return `claims of ${userId}`
}

function ofPerson(claims: Claims): Claims {
  return Object.fromEntries(Object.entries(claims).filter(([name]) => !ofTokens.has(name)))
}

function bounded(claims: Claims): Claims {
  const sizes = Object.entries(claims).map(
    ([name, value]) => [name, JSON.stringify(value)?.length ?? 0] as const,
  )
  let size = sizes.reduce((sum, [, length]) => sum + length, 0)
  for (const [name, length] of sizes.toSorted(([, a], [, b]) => b - a)) {
    if (size <= longest) break
    delete claims[name]
    size -= length
  }
  return claims
}
