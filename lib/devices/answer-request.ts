import { tellEvents } from '#lib/audit/tell-events.ts'
import type { Queries } from '#lib/db/database.ts'
import { answerDeviceRequest } from '#lib/db/device-requests.ts'
import type { SpentNonce } from '#lib/db/nonce-spending.ts'
import { runOn } from '#lib/db/prepared.ts'
import { tellRedeemed } from '#lib/handoff/tell-attempt.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { type Approving, approverOf } from './approver.ts'
import { beginDeviceSession } from './begin-device-session.ts'
import { type OpenNeeds, type OpenRequest, openRequest } from './open-request.ts'
import { readNumber } from './read-number.ts'
import { userCodeHash } from './user-code.ts'

/** The session that a device has got. */
export type DeviceSession = { sid: string; amr: string[]; authTime: Date; scope: string }

/** What has become of the device code with this hash; without a session, the person said no. */
export type AnsweredCode = { hash: Buffer<ArrayBuffer>; session: DeviceSession | undefined }

/** The OpenID Provider, which keeps the codes of devices. */
type DeviceCodes = {
  /**
   * Runs `work` and writes what it returns into the record of that code, in one transaction. Throws
   * `not_found` when there is no such code, and then nothing is done.
   */
  answerDeviceCode(work: (tx: Queries) => Promise<AnsweredCode>): Promise<void>
}

/** An answer, by the names on the wire. */
type Answer = Partial<Record<'user_code' | 'approve' | 'number', string>>

/** An answer that is one. */
type Given = {
  userCode: string
  isYes: boolean
  number: string | undefined
  fault: OpenRequest['fault']
  approving: Approving
}

/**
 * Takes the answer of a session to a request: a yes signs that device in, as a child of this session. Throws
 * `invalid_request` for a form that is no answer; `invalid_grant` for a number that the browser does not
 * show, and `access_denied` where the configuration lets nobody hand over so far, which both deny it;
 * `not_found` for a request that is unknown, answered or expired; and what `openRequest` throws.
 */
export async function answerRequest(
  { user_code = '', approve, number }: Answer,
  approving: Approving,
  needs: OpenNeeds & { oidc: DeviceCodes },
): Promise<'approved' | 'denied'> {
  const isYes = approve === 'yes'
  if (!isYes && approve !== 'no')
    throw new OAuthError('invalid_request', 'send user_code, and approve=yes or approve=no')
  const { userCode, kind, fault } = await openRequest(user_code, approving, needs)
  if (isYes && kind === 'browser' && number === undefined)
    throw new OAuthError('invalid_request', 'send the number that the browser shows')
  const given = { userCode, isYes, number, fault: isYes ? fault : undefined, approving }
  const isApproved = await (kind === 'browser' ? answerBrowser(given, needs) : answerDevice(given, needs))
  if (given.fault)
    throw new OAuthError('access_denied', 'the other device is in another network; it was not signed in')
  if (isYes && !isApproved)
    throw new OAuthError('invalid_grant', 'the browser shows another number; it was not signed in')
  return isApproved ? 'approved' : 'denied'
}

async function answerBrowser(given: Given, needs: OpenNeeds): Promise<boolean> {
  const { isApproved, events } = await take(given, needs.db)
  tellEvents(events, needs)
  return isApproved
}

async function answerDevice(given: Given, needs: OpenNeeds & { oidc: DeviceCodes }): Promise<boolean> {
  const done: { events: Parameters<typeof tellEvents>[0]; spent?: SpentNonce } = { events: [] }
  await needs.oidc.answerDeviceCode(async (tx) => {
    const { events, ...answered } = await take(given, tx)
    done.events = events
    const { hash, isApproved, scope } = answered
    const spent = isApproved ? await beginDeviceSession(answered, tx, needs.config) : undefined
    if (spent) done.spent = spent
    return { hash, session: spent && { ...spent, scope: scope ?? '' } }
  })
  tellEvents(done.events, needs)
  if (done.spent) tellRedeemed(done.spent, needs)
  return done.spent !== undefined
}

async function take(
  { userCode, isYes, number, fault, approving }: Given,
  queries: Parameters<typeof runOn>[0],
) {
  const answered = await answerDeviceRequest(runOn(queries), {
    userCodeHash: userCodeHash(userCode),
    approver: approverOf(approving),
    isYes,
    number: number === undefined ? null : readNumber(number),
    fault: fault ?? null,
  })
  if (!answered) throw new OAuthError('not_found', 'no device shows this code now')
  return answered
}
