import { jsonOf, secondsOf, textOf } from './answer.ts'
import { authorized } from './authorized.ts'
import type { Context } from './context.ts'
import { BatonError } from './error.ts'
import { challengeOf, randomText } from './proof-key.ts'
import { parseUrl } from './secure-url.ts'
import { send } from './send.ts'

export type HandOffOptions = {
  /** Where to go at the target, a path such as `/inbox?unread=1`. */
  redirectTo?: string
  /**
   * What makes a leaked link worthless. `header` (default): a verifier in a header of the web view's first
   * load. `fragment`: a verifier after the link's `#`, for browsers. `none`: nothing, the link works for the
   * first who opens it.
   */
  binding?: 'header' | 'fragment' | 'none'
  /**
   * Signs nobody in before the person has approved the browser that asks: ask `handOffStatus` until it says
   * `asking`, show the number, and answer by `answerHandOff`. For links and QR codes that others may see.
   */
  approval?: boolean
}

export type HandOff = {
  /** The one-time nonce itself, for ways to hand over without `url`. */
  nonce: string
  /** Open it once, within `expiresIn` seconds. */
  url: string
  /** Send these with the first load of `url` and with no other request. */
  headers: Record<string, string>
  expiresIn: number
  /** The nonce is bound to this verifier. Absent when `binding` is `none`. */
  verifier?: string
}

/**
 * Asks for a hand-off nonce that signs a web view in at a target: another application by its client id, or
 * Baton itself.
 * Throws `invalid_argument`, `network`, `refused`, `signed_out`, `storage`, `unsupported_response`.
 */
export function handOff(
  target: string | undefined,
  { redirectTo, binding = 'header', approval = false }: HandOffOptions,
  { settings, sessions }: Context,
): Promise<HandOff> {
  return sessions.use(async (webNonce): Promise<HandOff> => {
    if (!['header', 'fragment', 'none'].includes(binding))
      throw new BatonError('invalid_argument', 'binding must be header, fragment or none')
    const verifier = binding === 'none' ? undefined : randomText(settings.crypto)
    const form = {
      target,
      redirect_to: redirectTo,
      code_challenge: verifier && (await challengeOf(verifier, settings.crypto)),
      code_challenge_method: verifier && 'S256',
      approval: approval ? 'source' : undefined,
    }
    const endpoint = `${settings.baton}/api/nonce`
    const answer = await authorized({ method: 'POST', url: endpoint, token: webNonce }, settings, (headers) =>
      send(endpoint, { form, headers }, settings),
    )
    const json = jsonOf(answer)

    const url = handOffUrl(textOf(json, 'handoff_uri'), verifier && settings.baton)
    const nonce = textOf(json, 'nonce', /^[\w-]+$/)
    const expiresIn = secondsOf(json, 'expires_in')
    const unbound = { nonce, url, headers: {}, expiresIn }
    if (verifier === undefined) return unbound
    return binding === 'fragment'
      ? { ...unbound, verifier, url: `${url}#verifier=${verifier}` }
      : { ...unbound, verifier, headers: { 'Baton-Handoff-Verifier': verifier } }
  })
}

// The verifier is meant for Baton only: never attach it to a link that leads elsewhere.
function handOffUrl(text: string, onlyAt: string | undefined): string {
  const url = parseUrl(text)
  const isWeb = url && /^https?:$/.test(url.protocol) && !url.hash && !url.username && !url.password
  if (isWeb && (onlyAt === undefined || url.origin === onlyAt)) return url.href
  throw new BatonError('unsupported_response', 'handoff_uri is malformed or leads elsewhere')
}
