import { z } from 'zod'
import { refuseEmbedded } from '#lib/callers/same-origin.ts'
import { standingSession } from '#lib/callers/standing-session.ts'
import { open, seal } from '#lib/crypto/seal.ts'
import type { LiveSession } from '#lib/db/sessions.ts'
import { answerRequest } from '#lib/devices/answer-request.ts'
import { openRequest } from '#lib/devices/open-request.ts'
import { readUserCode, shownUserCode } from '#lib/devices/user-code.ts'
import { type Form, parameters } from '#lib/http/form.ts'
import { isOAuthError, OAuthError } from '#lib/oauth/error.ts'
import type { DeviceView } from '#lib/pages/device-view.ts'
import type { Runtime } from '#lib/runtime.ts'
import type { Answer, Call } from '../endpoint.ts'
import { seeOther } from '../leave-for.ts'
import { pageAnswer } from '../show-page.ts'
import { approvingBy } from './approving.ts'

/**
 * `GET /device`: takes a user code, and shows what asks with it; that approves nothing. RFC 8628, section
 * 3.3. Throws `slow_down`, `access_denied` and `unauthorized_client`.
 */
export async function devicePage({ caller, url }: Call, runtime: Runtime): Promise<Answer> {
  refuseEmbedded(caller)
  const { user_code } = parameters(url.searchParams)
  const session = await sessionOf(caller, runtime)
  if (!session) return signInFirst(user_code)
  const person = session.user
  if (user_code === undefined) return show({ state: 'enter', person, wrong: undefined }, runtime)
  try {
    const request = await openRequest(user_code, approvingBy(session, caller, runtime), runtime)
    const csrfToken = await formTokenOf(request.userCode, session, runtime)
    const userCode = shownUserCode(request.userCode)
    return show({ state: 'asking', person, csrfToken, ...request, userCode }, runtime)
  } catch (error) {
    if (isOAuthError(error) && error.code === 'not_found') return notFound(user_code, session, runtime)
    throw error
  }
}

/**
 * `POST /device`: takes the answer. Throws `csrf`, and what `answerRequest` throws for a form that is not the
 * page's.
 */
export async function answerDevice({ caller, form }: Call, runtime: Runtime): Promise<Answer> {
  const answer = await form()
  const shown = await requireFormToken(answer, runtime)
  const session = await sessionOf(caller, runtime)
  if (!session) return signInFirst(answer.user_code)
  if (shown.sid !== session.id) throw notOwnForm()
  try {
    const state = await answerRequest(answer, approvingBy(session, caller, runtime), runtime)
    return show({ state }, runtime)
  } catch (error) {
    if (!isOAuthError(error)) throw error
    if (error.code === 'invalid_grant') return show({ state: 'wrong-number' }, runtime, 400)
    if (error.code === 'not_found') return notFound(answer.user_code ?? '', session, runtime)
    throw error
  }
}

function sessionOf(caller: Call['caller'], runtime: Runtime): Promise<LiveSession | undefined> {
  return standingSession({ headers: { cookie: caller.header('cookie') } }, runtime)
}

function signInFirst(userCode: string | undefined): Answer {
  const query = userCode === undefined ? '' : `?${new URLSearchParams({ user_code: userCode })}`
  return seeOther(`/sign-in?${new URLSearchParams({ callbackUrl: `/device${query}` })}`, [])
}

const formContext = 'form of another device'

// It says that this session was shown this request: what a browser says of where a form comes from is not
// enough for one that gives the account away.
function formTokenOf(userCode: string, { id }: LiveSession, { config }: Runtime): Promise<string> {
  return seal({ sid: id, userCode }, formContext, config.secrets)
}

const formToken = z.object({ sid: z.string(), userCode: z.string() })

async function requireFormToken(
  { user_code = '', csrf_token = '' }: Form,
  { config }: Runtime,
): Promise<{ sid: string }> {
  const { data } = formToken.safeParse(await open(csrf_token, formContext, config.secrets))
  if (!data || data.userCode !== readUserCode(user_code)) throw notOwnForm()
  return data
}

function notOwnForm(): OAuthError {
  return new OAuthError('csrf', "the form must be sent from Baton's own page")
}

/** Characters of what was typed that the page shows once more. */
const mostShown = 20

function notFound(typed: string, { user }: LiveSession, runtime: Runtime): Answer {
  return show({ state: 'enter', person: user, wrong: typed.slice(0, mostShown) }, runtime, 404)
}

function show(view: DeviceView, runtime: Runtime, status = 200): Answer {
  return pageAnswer({ name: 'device', view }, runtime, { status })
}
