import { randomUUID } from 'node:crypto'
import type { Database } from './open.ts'
import type { Statement } from './prepared.ts'

export type Profile = { name: string | null; email: string | null; image: string | null }
export type User = Profile & { id: string }
/** What a sign-in says of a person. */
export type ShownProfile = Partial<Record<keyof Profile, string>>

/**
 * Common table expressions that end in `person`, the user whom $2 (an issuer) calls $3: made with the id $1 when there is none yet, and
 * written only where the profile ($4 to $6; null says nothing) has changed.
 */
export const personStatement = `
  known AS (
    SELECT id, name, email, image FROM users WHERE issuer = $2 AND subject = $3
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
    RETURNING id, name, email, image
  ), person AS (
    SELECT * FROM written UNION ALL SELECT * FROM known WHERE NOT EXISTS (SELECT FROM written)
  )`

/** Whom an issuer calls `subject`, and what is shown of them. */
export type Person = { issuer: string; subject: string; profile: ShownProfile }

/** The values of `personStatement`. */
export function personValues({ issuer, subject, profile }: Person): unknown[] {
  const { name = null, email = null, image = null } = profile
  return [randomUUID(), issuer, subject, name, email, image]
}

const upsert: Statement = {
  name: 'upsert user',
  text: `WITH ${personStatement} SELECT id, name, email, image FROM person`,
}

/**
 * The user that an issuer calls `subject`, made when there is none yet.
 * The pair is the key: the same person by browser and by app is the same user. What the profile does not say stays.
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
