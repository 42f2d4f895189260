import type { Logger } from 'pino'
import { NotAllowedError } from '#lib/accounts/allowed.ts'
import { displayProfile } from '#lib/accounts/person.ts'
import type { ShownProfile } from '#lib/db/users.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { tell } from '#lib/telemetry/tell.ts'
import type { Hooks, MappedProfile, SignIn } from './hooks.ts'
import { HookError, runHook } from './run-hook.ts'

/** Milliseconds that a person waits for it. */
const longest = 5_000
const mappable = ['name', 'email', 'picture'] as const satisfies (keyof MappedProfile)[]

/**
 * Asks `onSignIn` about a person, and gives what is shown of them: `profile`, with what the hook says in its
 * place. Throws `NotAllowedError` where it refuses, and `temporarily_unavailable` where it fails: who is not
 * known to be let in is not let in.
 */
export async function askSignIn(
  signIn: SignIn,
  profile: ShownProfile,
  { hooks, log }: { hooks: Hooks; log: Logger },
): Promise<ShownProfile> {
  const { onSignIn } = hooks
  if (!onSignIn) return profile
  const { provider, door } = signIn
  try {
    // A copy: what the hook does with it changes nothing here.
    const said = await runHook('onSignIn', (around) => onSignIn(structuredClone(signIn), around), longest)
    if (said === false) {
      tell(log, 'hook.refused', { hook: 'onSignIn', provider, door })
      throw new NotAllowedError()
    }
    if (said === true || said === undefined) return profile
    // `null`, a number or a text may be somebody who was not found.
    if (!isPlainObject(said)) throw new HookError('onSignIn gives true, false, an object or nothing')
    return { ...profile, ...mapped(said) }
  } catch (error) {
    if (error instanceof NotAllowedError) throw error
    tell(log, 'hook.failed', { hook: 'onSignIn', err: error })
    throw new OAuthError('temporarily_unavailable', 'sign-in is not possible at the moment', { cause: error })
  }
}

function isPlainObject(said: unknown): said is object {
  if (typeof said !== 'object' || said === null) return false
  const prototype = Object.getPrototypeOf(said)
  return prototype === Object.prototype || prototype === null
}

function mapped(said: MappedProfile): ShownProfile {
  const given = Object.entries(said).filter(([, value]) => value !== undefined)
  for (const [name, value] of given)
    if (!(mappable as readonly string[]).includes(name) || typeof value !== 'string')
      throw new HookError(`onSignIn may map ${mappable.join(', ')} to texts, and gave ${name}`)
  return displayProfile(Object.fromEntries(given))
}
