import type { Logger } from 'pino'
import { tellEvents } from '#lib/audit/tell-events.ts'
import { applicationName } from '#lib/config/application-name.ts'
import { clientOf } from '#lib/config/client-of.ts'
import type { Config } from '#lib/config/load.ts'
import type { Database } from '#lib/db/database.ts'
import { openDeviceRequest } from '#lib/db/device-requests.ts'
import { distanceFault, whyFar } from '#lib/handoff/distance.ts'
import type { Limits } from '#lib/limits/limits.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { deviceOfText } from '#lib/sessions/device.ts'
import { type Network, networkOf } from '#lib/sessions/network.ts'
import { type Approving, approverOf, requireMayApprove } from './approver.ts'
import { readUserCode, userCodeHash } from './user-code.ts'

export type OpenNeeds = { db: Database; config: Config; limits: Limits; log: Logger }

/** What asks, as the person sees it who may approve it. */
export type OpenRequest = {
  userCode: string
  kind: 'browser' | 'device'
  clientId: string | undefined
  /** The application's name; `undefined` for a browser. */
  application: string | undefined
  /** What an application of somebody else wants to know of the person; empty for the operator's own. */
  scopes: string[]
  browser: string | null
  system: string | null
  address: string | null
  network: Network
  /** Why the configuration lets no yes go so far. */
  fault: (typeof whyFar)['far' | 'unbound'] | undefined
  askedAt: Date
  secondsAgo: number
  /** Three numbers, one of which the browser shows; `undefined` where the person has to type it. */
  numbers: string[] | undefined
}

const nowhere = { browser: null, system: null, address: null, isTold: false, isDoubtful: false }

/**
 * The request with this user code, for a session that looks at it; that approves nothing. Wrong codes are
 * counted, for the session and for its address. Throws `not_found` for a code that nobody shows any more,
 * `slow_down`, `access_denied` and `unauthorized_client` for a session that may not approve.
 */
export async function openRequest(
  typed: string,
  approving: Approving,
  needs: OpenNeeds,
): Promise<OpenRequest> {
  const { db, config, limits, log } = needs
  requireMayApprove(approving, config)
  const { session, device, addressKey } = approving
  // Counted before the look, so that none of many at once is compared with an old count in mind.
  await limits.requireRoom('nonces', session.id)
  await limits.take('userCodes', session.id)
  await limits.take('userCodesOfAddress', addressKey)
  const userCode = readUserCode(typed)
  const found = userCode && (await openDeviceRequest(db, userCodeHash(userCode), approverOf(approving)))
  if (!found) throw new OAuthError('not_found', 'no device shows this code now')
  await limits.giveBack('userCodes', session.id)
  await limits.giveBack('userCodesOfAddress', addressKey)
  tellEvents(found.events, { log })
  // The first look at a request begins a trail, as a nonce would.
  if (found.events.length > 0) await limits.take('nonces', session.id)
  const { clientId, scope, numbers, createdAt, age } = found
  const asking = deviceOfText(found.device)
  const network = networkOf(asking, device)
  const fault = distanceFault(device, asking ?? nowhere, config.handoff)
  const isForeign = clientOf(clientId, config)?.first_party === false
  return {
    userCode,
    kind: clientId === null ? 'browser' : 'device',
    clientId: clientId ?? undefined,
    application: clientId === null ? undefined : (applicationName(clientId, config) ?? clientId),
    scopes: isForeign ? (scope ?? '').split(' ').filter(Boolean) : [],
    browser: asking?.browser ?? null,
    system: asking?.system ?? null,
    address: asking?.address ?? null,
    network,
    fault: fault && whyFar[fault],
    askedAt: createdAt,
    secondsAgo: Math.max(0, Math.round(age)),
    numbers: clientId === null && network === 'same' ? numbers : undefined,
  }
}
