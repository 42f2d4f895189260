import { jsonOf, textOf } from './answer.ts'
import { authorized } from './authorized.ts'
import type { Context } from './context.ts'
import { send } from './send.ts'

/** Who is signed in, in Baton's words. */
export type OwnSession = {
  /** `id` is the `sub` that Baton gives to backends and applications. */
  user: { id: string; name: string | null; email: string | null; image: string | null }
  /** The session's id. */
  sid: string
  /** When the session ends at the latest, in ISO 8601. Without use it ends before. */
  expires: string
}

/**
 * Asks Baton who is signed in. Throws `network`, `refused`, `signed_out`, `storage`, `unsupported_response`.
 */
export function getOwnSession({ settings, sessions }: Context): Promise<OwnSession> {
  return sessions.use(async (webNonce) => {
    const url = `${settings.baton}/api/auth/session`
    const answer = await authorized({ method: 'GET', url, token: webNonce }, settings, (headers) =>
      send(url, { headers }, settings),
    )
    const json = jsonOf(answer)
    const user = { ...(json.user as object | undefined) } as Record<string, unknown>
    return {
      user: {
        id: textOf(user, 'id'),
        name: textOrNull(user.name),
        email: textOrNull(user.email),
        image: textOrNull(user.image),
      },
      sid: textOf(json, 'sid'),
      expires: textOf(json, 'expires'),
    }
  })
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
