import { type Door, isRestricted, mayEnter } from '#lib/accounts/allowed.ts'
import { rememberClaims, rememberedClaims } from '#lib/accounts/kept-claims.ts'
import {
  findSourcelessNonces,
  findUserId,
  type RootSession,
  rootSessions,
  spendRefused,
} from '#lib/db/person-claims.ts'
import { type EndingNeeds, endSessions } from './end-session.ts'

/**
 * Ends the sessions of a person, or (`null`) of everybody, whom `allow` does not let in any more, by what
 * their provider said of them last. Returns how many it ended, their hand-offs not counted.
 */
export async function endRefused(userId: string | null, needs: EndingNeeds): Promise<number> {
  if (!isRestricted(needs.config)) return 0
  await spendRefusedNonces(userId, needs)
  let count = 0
  for await (const page of rootSessions(needs.db, userId)) {
    const refused = await Promise.all(page.map(async (session) => !(await isLetIn(session, needs))))
    const sids = page.filter((_, index) => refused[index]).map(({ id }) => id)
    await endSessions(sids, 'not_allowed', needs)
    count += sids.length
  }
  return count
}

/**
 * Ends what a person has here who is refused at a door with these claims: earlier sessions by that door end
 * as well.
 */
export async function endOthers(
  person: { issuer: string; subject: string },
  door: Door,
  claims: Record<string, unknown>,
  needs: EndingNeeds,
): Promise<void> {
  const userId = await findUserId(needs.db, person)
  if (!userId) return
  await rememberClaims(userId, door, { claims }, needs)
  await endRefused(userId, needs)
}

// A nonce that an ID token asked for has no session that could end.
async function spendRefusedNonces(userId: string | null, needs: EndingNeeds): Promise<void> {
  const nonces = await findSourcelessNonces(needs.db, userId)
  const refused = await Promise.all(nonces.map(async (nonce) => !(await isLetIn(nonce, needs))))
  const events = await spendRefused(
    needs.db,
    nonces.filter((_, index) => refused[index]).map(({ hash }) => hash),
  )
  if (events.length > 0) needs.endings.emit('revoked', events)
}

async function isLetIn(
  { userId, issuer, provider, claims }: Omit<RootSession, 'id'>,
  needs: EndingNeeds,
): Promise<boolean> {
  const door: Door = provider === null ? { issuer } : { provider }
  // Most sessions came by a door without a rule: nothing has to be opened for them.
  if (mayEnter({}, door, needs.config)) return true
  const kept = await rememberedClaims(claims, { userId, door }, needs)
  return mayEnter(kept.claims, door, needs.config)
}
