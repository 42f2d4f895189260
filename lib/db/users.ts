import { randomUUID } from 'node:crypto'
import type { Database } from './database.ts'
import type { Statement } from './prepared.ts'

export type Profile = { name: string | null; email: string | null; image: string | null }
export type User = Profile & { id: string }
/** The profile that a sign-in shows; what is missing is unknown. */
export type ShownProfile = Partial<Record<keyof Profile, string>>

/**
 * Common table expressions that end in `person`: the user with the issuer $2 and the subject $3. Inserts the
 * user with the id $1 if there is none, and writes the profile ($4 to $6; null is unknown) only if it has
 * changed. With a `lock` nobody signs the person out before the transaction ends.
 */
export const personStatement = (lock: 'FOR NO KEY UPDATE' | '' = '') => `
  known AS (
    SELECT id, name, email, image, signed_out_at FROM users WHERE issuer = $2 AND subject = $3 ${lock}
  ), written AS (
    INSERT INTO users (id, issuer, subject, name, email, image)
    SELECT $1::uuid, $2, $3, $4::text, $5::text, $6::text
    WHERE NOT EXISTS (
      SELECT FROM known
      WHERE (name, email, image) IS NOT DISTINCT FROM
            (coalesce($4::text, name), coalesce($5::text, email), coalesce($6::text, image)))
    ON CONFLICT (issuer, subject) DO UPDATE
    SET name = coalesce(excluded.name, users.name), email = coalesce(excluded.email, users.email),
        image = coalesce(excluded.image, users.image)
    RETURNING id, name, email, image, signed_out_at
  ), person AS (
    SELECT * FROM written UNION ALL SELECT * FROM known WHERE NOT EXISTS (SELECT FROM written)
  )`

/** A person as an issuer names them, and their profile. */
export type Person = { issuer: string; subject: string; profile: ShownProfile }

/** The values of `personStatement`. */
export function personValues({ issuer, subject, profile }: Person): unknown[] {
  const { name = null, email = null, image = null } = profile
  return [randomUUID(), issuer, subject, name, email, image]
}

const upsert: Statement = {
  name: 'upsert user',
  text: `WITH ${personStatement()} SELECT id, name, email, image FROM person`,
}

/**
 * The user with this issuer and subject, inserted if there is none. The pair is the key: a person who signs
 * in by browser and by app is one user. Fields that are missing in `profile` stay as they are.
 */
export async function upsertUser(
  db: Pick<Database, '$prepared'>,
  issuer: string,
  subject: string,
  profile: ShownProfile,
): Promise<User> {
  const [user] = await db.$prepared<User>(upsert, personValues({ issuer, subject, profile }))
  return user as User
}

type Identity = { issuer: string; subject: string; claims: string | null }

const identity: Statement = {
  name: 'identity of user',
  text: 'SELECT issuer, subject, claims FROM users WHERE id = $1::uuid',
}

/**
 * What tells a user apart, issuer and subject, and what was said of them, sealed. Throws where there is no
 * such user.
 */
export async function findIdentity(db: Pick<Database, '$prepared'>, id: string): Promise<Identity> {
  const [row] = await db.$prepared<Identity>(identity, [id])
  if (!row) throw new Error('there is no such user')
  return row
}
