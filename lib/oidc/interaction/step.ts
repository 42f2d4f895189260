import type { IncomingMessage, ServerResponse } from 'node:http'
import type Provider from 'oidc-provider'
import type { Config } from '#lib/config/load.ts'
import type { Database } from '#lib/db/database.ts'
import { findLiveSession, type LiveSession } from '#lib/db/sessions.ts'
import type { HandoffView } from '#lib/handoff/handoff-view.ts'
import type { Device } from '#lib/sessions/device.ts'
import type { EndingNeeds } from '#lib/sessions/end-session.ts'
import { stepIn } from '../step-cookies.ts'
import type { Interaction, Session } from '../types.ts'
import type { ApplicationNeeds } from './asking-application.ts'

/** What interactions need, including what ends a session that a sign-in replaces. */
export type InteractionNeeds = EndingNeeds & ApplicationNeeds & { db: Database; config: Config }

/**
 * A browser's session at the OpenID Provider, and the session of Baton's behind it while that is alive.
 */
type Standing = { session: Session; live: LiveSession | undefined }

/** One step of an authorization request, in the browser that was sent to it. */
export type Step = {
  provider: Provider
  interaction: Interaction
  req: IncomingMessage
  /** What asks. */
  device: Device
  standing: Standing | undefined
  needs: InteractionNeeds
}

/**
 * How a step answers a request: with the address to continue at, or with a page; and with cookies. `isDone`
 * says that the person has done what the step asked for.
 */
export type Outcome = { cookies?: string[]; status?: number } & (
  | { goTo: string; isDone?: boolean }
  | { show: HandoffView }
)

/** The interaction with this `uid`, to which this browser, and no other, was sent. */
export async function findInteraction(
  provider: Provider,
  req: IncomingMessage,
  res: ServerResponse,
  uid: string,
): Promise<Interaction | undefined> {
  const id = stepIn(provider.createContext(req, res).cookies, provider.cookieName('interaction'), uid)
  // The library's own `interactionDetails` fails once the browser's session has ended, for example by a new
  // sign-in.
  return id ? provider.Interaction.find(id) : undefined
}

/** The session of the OpenID Provider in this browser; `undefined` without a sign-in there. */
export async function findStanding(
  provider: Provider,
  req: IncomingMessage,
  res: ServerResponse,
  { db }: { db: Database },
): Promise<Standing | undefined> {
  const session = await provider.Session.get(provider.createContext(req, res))
  if (!session.accountId) return undefined
  return { session, live: await findLiveSession(db, session.accountId) }
}
