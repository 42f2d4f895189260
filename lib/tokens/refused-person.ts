import { decodeJwt } from 'jose'
import type { Logger } from 'pino'
import { isAllowed } from '#lib/accounts/allowed.ts'
import { rememberClaims, rememberedClaims } from '#lib/accounts/kept-claims.ts'
import type { Config } from '#lib/config/load.ts'
import type { UpstreamProvider } from '#lib/config/upstream-provider.ts'
import type { Database } from '#lib/db/database.ts'
import { findClaims, findPersonOf } from '#lib/db/person-claims.ts'
import { causeText } from '#lib/http/cause-text.ts'
import { askUser } from '#lib/providers/ask-user.ts'
import { joinClaims } from '#lib/providers/join-claims.ts'
import type { ProviderClient } from '#lib/providers/provider-client.ts'
import { accountIdOf, shownProfile } from '#lib/providers/shown-profile.ts'
import { tell } from '#lib/telemetry/tell.ts'
import type { TokenSet } from './token-set.ts'

type Claims = Record<string, unknown>
type Needs = { db: Database; config: Config; log: Logger }

/** Milliseconds that the user API has at a refresh: calls of that person wait meanwhile. */
const patience = 5_000

type Refreshed = {
  before: TokenSet
  after: TokenSet
  provider: UpstreamProvider
  client: ProviderClient
}

/**
 * The id of the person of a token set that has been refreshed and stored, if `allow` does not let them in any
 * more: by the claims of a new ID token, and by the user API where a sign-in would ask it. What cannot be had
 * now stays as it was. Keeps what has changed. `undefined` for everybody else; never rejects.
 */
export async function refusedPerson(
  tokenSetId: string,
  refreshed: Refreshed,
  needs: Needs,
): Promise<string | undefined> {
  const { allow } = refreshed.provider
  if (!allow) return undefined
  try {
    return await judged(tokenSetId, refreshed, needs)
  } catch (error) {
    tell(needs.log, 'allow.unasked', { reason: causeText(error), tokenSet: tokenSetId })
    return undefined
  }
}

async function judged(
  tokenSetId: string,
  { before, after, provider, client }: Refreshed,
  needs: Needs,
): Promise<string | undefined> {
  const person = await findPersonOf(needs.db, tokenSetId)
  if (!person) return undefined
  const { userId, sub } = person
  const door = { provider: provider.id }
  const { claims: known, fromUser } = await rememberedClaims(
    await findClaims(needs.db, userId),
    { userId, door },
    needs,
  )
  const earlier = claimsOf(before.idToken, sub)
  const fresh = after.idToken === before.idToken ? undefined : claimsOf(after.idToken, sub)
  const asked = await asksAgain(fresh ?? earlier ?? known, person, { before, after, provider, client })
  if (!fresh && !asked) return isAllowed(known, provider.allow) ? undefined : userId
  const rules = Object.keys(provider.allow?.claims ?? {})
  const claims = current({ known, fromUser, earlier, fresh, asked }, rules)
  const isSaid = (name: string) => name in (asked ?? {}) || fromUser.includes(name)
  const names = Object.keys(claims).filter((name) => isSaid(name) && !(name in (fresh ?? earlier ?? {})))
  await rememberClaims(userId, door, { claims, fromUser: names }, needs)
  return isAllowed(claims, provider.allow) ? undefined : userId
}

// An answer that cannot be had, or is about nobody or somebody else, says nothing here.
async function asksAgain(
  claims: Claims,
  { accountId }: { accountId: string },
  { after, provider, client }: Refreshed,
): Promise<Claims | undefined> {
  try {
    const asked = await askUser(provider, client.server, claims, {
      accessToken: after.accessToken,
      signal: AbortSignal.timeout(patience),
    })
    if (!asked || provider.kind === 'oidc') return asked
    const shown = await shownProfile(provider, asked, {})
    return accountIdOf(provider, shown, asked) === accountId ? asked : undefined
  } catch {
    return undefined
  }
}

// It came from the token endpoint itself; one about somebody else says nothing here.
function claimsOf(idToken: string | undefined, sub: string | null): Claims | undefined {
  if (idToken === undefined) return undefined
  try {
    const claims = decodeJwt(idToken)
    return claims.sub === sub ? claims : undefined
  } catch {
    return undefined
  }
}

type Sources = {
  known: Claims
  fromUser: string[]
  earlier: Claims | undefined
  fresh: Claims | undefined
  asked: Claims | undefined
}

// Some providers leave out of a refreshed ID token what they said before, and some leave out a claim because
// it is over, as the last group of a person. It is over where its source answers without it: the user API, or
// an ID token that has everything else again.
function current({ known, fromUser, earlier = {}, fresh, asked }: Sources, rules: string[]): Claims {
  const told = joinClaims(asked ?? {}, fresh ?? {})
  const isFull = fresh && Object.keys(earlier).every((name) => name in fresh || rules.includes(name))
  const isOver = (name: string) => {
    if (name in told) return false
    return fromUser.includes(name) ? asked !== undefined : name in earlier && isFull
  }
  const kept = Object.entries(known).filter(([name]) => !(rules.includes(name) && isOver(name)))
  return joinClaims(Object.fromEntries(kept), told)
}
