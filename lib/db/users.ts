import type { Database } from './open.ts'

export type Profile = { name: string | null; email: string | null; image: string | null }
export type User = Profile & { id: string }

/**
 * The user that an issuer calls `subject`, made when there is none yet.
 * The pair is the key: the same person by browser and by app is the same user. What the profile does not say stays.
 */
export function upsertUser(
  db: Database,
  issuer: string,
  subject: string,
  profile: Partial<Profile>,
): Promise<User> {
  return db.user.upsert({
    where: { issuer_subject: { issuer, subject } },
    create: { issuer, subject, ...profile },
    // Never empty: Prisma makes one statement of an upsert only when it has something to update.
    update: { subject, ...profile },
    select: { id: true, name: true, email: true, image: true },
  })
}
