import type { IncomingMessage, ServerResponse } from 'node:http'
import type Provider from 'oidc-provider'
import type { Interaction, Result, Session } from 'oidc-provider'
import { findLiveSession, type LiveSession } from '#lib/db/sessions.ts'
import type { Runtime } from '#lib/runtime.ts'
import { type EndingNeeds, endSession } from '#lib/sessions/end-session.ts'
import { tellApplications } from './tell-applications.ts'

type Needs = EndingNeeds

/** What a browser has of the OpenID Provider now, in whichever tab it got it. */
export type Standing = { session: Session; live: LiveSession | undefined }

/** The step of an authorization request that this browser, and no other, was sent to. */
export async function findStep(
  provider: Provider,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<Interaction | undefined> {
  const name = provider.cookieName('interaction')
  const id = provider.createContext(req, res).cookies.get(name, { signed: true })
  // The library's own way fails where the browser's session has ended meanwhile, as it does when its person signs in anew.
  return id ? provider.Interaction.find(id) : undefined
}

/** The session of the OpenID Provider that stands in the browser; `undefined` when nobody has signed in there. */
export async function findStanding(
  provider: Provider,
  req: IncomingMessage,
  res: ServerResponse,
  { db }: Pick<Runtime, 'db'>,
): Promise<Standing | undefined> {
  const session = await provider.Session.get({ req, res })
  if (!session.accountId) return undefined
  return { session, live: await findLiveSession(db, session.accountId) }
}

/**
 * Ends a step with its result, and gives the address to go on at. A login begins a new session in the browser: what stood there is set aside
 * where it is the same person's, whose other applications go on, and ends where it is somebody else's. Nothing of it is mixed in.
 */
export async function finishStep(
  provider: Provider,
  interaction: Interaction,
  result: Result,
  standing: Standing | undefined,
  needs: Needs,
): Promise<string> {
  if ('login' in result && result.login && standing?.session.accountId !== result.login.accountId) {
    const now = await findLiveSession(needs.db, result.login.accountId)
    if (standing) await replace(provider, standing, now, needs)
    delete interaction.session
  }
  interaction.result = 'error' in result ? result : { ...interaction.lastSubmission, ...result }
  await interaction.save(interaction.exp - Math.floor(Date.now() / 1000))
  return interaction.returnTo
}

async function replace(
  provider: Provider,
  { session, live }: Standing,
  now: LiveSession | undefined,
  needs: Needs,
): Promise<void> {
  if (live && live.user.id === now?.user.id) {
    // Kept, for its applications are to be told when it ends; under another id, so that the browser's cookie finds it no more.
    session.resetIdentifier()
    await session.persist()
    return
  }
  await session.destroy()
  await tellApplications(provider, session)
  // What a nonce began here alone is over; a session of Baton's own pages is theirs to end.
  if (live?.target != null) await endSession(live.id, needs)
}
