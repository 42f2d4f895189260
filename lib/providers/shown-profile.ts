import { setTimeout as sleep } from 'node:timers/promises'
import { claimNamed } from '#lib/accounts/subject.ts'
import type { UpstreamProvider } from '#lib/config/upstream-provider.ts'
import { subjectOf } from './user-answer.ts'

type Claims = Record<string, unknown>

/** What a provider's type makes of a person's claims, for display; `id` as the type has it. */
export type Shown = { id?: unknown; name?: string; email?: string; image?: string }

/** Milliseconds that a type has for its own profile: some fetch a picture for it. */
const patience = 5_000

/**
 * A person's profile for display, by the type's own code. Where an ID token says who it is, that code keeps
 * nobody out: if it fails or takes long, the standard claims serve. Otherwise throws what it throws.
 */
export async function shownProfile(
  provider: UpstreamProvider,
  claims: Claims,
  tokens: unknown,
): Promise<Shown> {
  const own = provider.authjs.profile as ((claims: Claims, tokens: unknown) => unknown) | undefined
  if (!own) return texts(standardProfile(claims))
  const attempt = async () =>
    (await inTime(async () => own(claims, tokens)).catch(() => undefined)) as Claims | undefined
  if (provider.kind !== 'oidc') {
    // Its id may be the type's own: another one would be another person.
    if (provider.subjectClaim === 'sub') return texts((await own(claims, tokens)) as Claims)
    return texts((await attempt()) ?? standardProfile(claims))
  }
  const shown = texts((await attempt()) ?? standardProfile(claims))
  // Apple tells the name once; its type would write the address over it later.
  if (provider.type === 'apple' && !claims.user) delete shown.name
  return shown
}

/**
 * Who somebody is at a provider without ID tokens: by `subjectClaim`, else what the type takes for an id.
 * Throws what `subjectOf` throws.
 */
export function accountIdOf({ subjectClaim }: UpstreamProvider, { id }: Shown, answer: Claims): string {
  return subjectOf(subjectClaim === 'sub' ? id : claimNamed(answer, subjectClaim), answer)
}

async function inTime<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  const timer = new AbortController()
  const late = sleep(patience, undefined, { ref: false, signal: timer.signal }).catch(() => undefined)
  return Promise.race([work(), late]).finally(() => timer.abort())
}

// OpenID Connect Core 1.0, section 5.1, and the names that plain OAuth servers have for the same.
function standardProfile(claims: Claims): Claims {
  const { sub, id, name, nickname, preferred_username, display_name, login, username } = claims
  return {
    id: sub || id,
    name: name ?? nickname ?? preferred_username ?? display_name ?? login ?? username,
    email: claims.email,
    image: claims.picture ?? claims.avatar_url,
  }
}

function texts({ id, name, email, image }: Claims): Shown {
  return {
    id,
    ...(typeof name === 'string' && { name }),
    ...(typeof email === 'string' && { email }),
    ...(typeof image === 'string' && { image }),
  }
}
