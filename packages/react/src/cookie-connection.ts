import type { OwnSession } from '@baton/client'
import type { Connection } from './connection.ts'
import { cookieAnswer, cookieStatus } from './cookie-approval.ts'
import { cookieHandOff } from './cookie-hand-off.ts'
import { failure, isSignedOut } from './failure.ts'
import { jsonOf, ownCall, refusal, refusesSession } from './own-call.ts'

/** Reaches Baton by the session cookie, at the page's own origin. */
export function cookieConnection(): Connection {
  const listeners = new Set<(isSignedIn: boolean) => void>()
  const tellEnd = () => {
    for (const listener of listeners) listener(false)
  }

  async function noticingEnd<T>(work: Promise<T>): Promise<T> {
    return work.catch((error: unknown) => {
      if (isSignedOut(error)) tellEnd()
      throw error
    })
  }

  return {
    session: currentSession,
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async signIn({ callbackUrl } = {}) {
      const { pathname, search, hash } = window.location
      const query = new URLSearchParams({ callbackUrl: callbackUrl ?? pathname + search + hash })
      window.location.assign(`/sign-in?${query}`)
    },
    async signOut() {
      await endSession()
      tellEnd()
    },
    fetch: (path, init) => noticingEnd(callBackend(path, init)),
    handOff: (target, options) => noticingEnd(cookieHandOff(target, options)),
    handOffStatus: (nonce) => noticingEnd(cookieStatus(nonce)),
    answerHandOff: (nonce, answer) => noticingEnd(cookieAnswer(nonce, answer)),
  }
}

async function currentSession(): Promise<OwnSession | undefined> {
  const json = (await jsonOf(await ownCall('/api/auth/session', { cache: 'no-store' }))) as
    | (Partial<OwnSession> & { error?: string })
    | null
  // The refresh at the provider has failed: Baton refuses calls until the person has signed in again.
  if (json === null || json.error !== undefined) return undefined
  const { user, sid, expires } = json
  if (typeof user?.id !== 'string' || typeof sid !== 'string' || typeof expires !== 'string')
    throw failure('unsupported_response', 'the answer is not a session')
  const { id, name, email, image } = user
  return { user: { id, name: name ?? null, email: email ?? null, image: image ?? null }, sid, expires }
}

// Baton answers with a redirect to its home page, which is of no use here.
async function endSession(): Promise<void> {
  const body = new URLSearchParams()
  const answer = await ownCall('/sign-out', { method: 'POST', body, redirect: 'manual' })
  if (answer.type !== 'opaqueredirect' && answer.status !== 303) throw await refusal(answer)
}

async function callBackend(path: string, init?: RequestInit): Promise<Response> {
  const response = await ownCall(path, init)
  if (!refusesSession(response)) return response
  await response.body?.cancel()
  throw failure('signed_out', 'nobody is signed in', { status: response.status })
}
