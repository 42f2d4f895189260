import type { HandOff } from '@baton/client'
import type { Connection } from './connection.ts'
import { failure } from './failure.ts'
import { jsonOf, ownCall } from './own-call.ts'

/**
 * Asks for a hand-off nonce by the session cookie. Rejects with `network`, `refused`, `signed_out`,
 * `unsupported_response`.
 */
export async function cookieHandOff(
  target: string | undefined,
  { redirectTo, binding = 'fragment', approval = false }: Parameters<Connection['handOff']>[1],
): Promise<HandOff> {
  const verifier = binding === 'none' ? undefined : base64url(crypto.getRandomValues(new Uint8Array(32)))
  const form = {
    target,
    redirect_to: redirectTo,
    // RFC 7636, section 4.2.
    code_challenge: verifier && (await sha256(verifier)),
    code_challenge_method: verifier && 'S256',
    approval: approval ? 'source' : undefined,
  }
  const fields = Object.entries(form).filter((field): field is [string, string] => field[1] !== undefined)
  const body = new URLSearchParams(fields)
  const json = (await jsonOf(await ownCall('/api/nonce', { method: 'POST', body }))) as Partial<{
    nonce: unknown
    handoff_uri: unknown
    expires_in: unknown
  }> | null
  const { nonce, handoff_uri: url, expires_in: expiresIn } = json ?? {}
  if (typeof nonce !== 'string' || typeof expiresIn !== 'number' || !isLink(url, verifier !== undefined))
    throw failure('unsupported_response', 'the answer has no nonce, or a link that leads elsewhere')

  const unbound = { nonce, url, headers: {}, expiresIn }
  if (verifier === undefined) return unbound
  return binding === 'fragment'
    ? { ...unbound, verifier, url: `${url}#verifier=${verifier}` }
    : { ...unbound, verifier, headers: { 'Baton-Handoff-Verifier': verifier } }
}

// The verifier is meant for Baton only: a link that carries it has to lead there.
function isLink(text: unknown, isBound: boolean): text is string {
  if (typeof text !== 'string' || !URL.canParse(text)) return false
  const { origin, protocol, hash } = new URL(text)
  const isWeb = protocol === 'https:' || protocol === 'http:'
  return isWeb && hash === '' && (!isBound || origin === window.location.origin)
}

async function sha256(text: string): Promise<string> {
  return base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))))
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}
