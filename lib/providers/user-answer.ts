import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe } from 'node:diagnostics_channel'
import { idText, isUsableSubject } from '#lib/accounts/subject.ts'
import { inProviderCall } from './provider-call.ts'
import { addressOf, UnreachableError } from './provider-fetch.ts'

/** A provider's user API that did not say who somebody is; the message says what came. */
export class UserAnswerError extends Error {
  override readonly name = 'UserAnswerError'
  /** Whether it may say so in a while. */
  readonly isTemporary: boolean
  /** Whether it spoke of somebody else. */
  readonly isAboutAnother: boolean

  constructor(
    message: string,
    {
      isTemporary = false,
      isAboutAnother = false,
      cause,
    }: { isTemporary?: boolean; isAboutAnother?: boolean; cause?: unknown } = {},
  ) {
    super(message, { cause })
    this.isTemporary = isTemporary
    this.isAboutAnother = isAboutAnother
  }
}

/**
 * The object in a user API's answer. Throws `UserAnswerError` for any answer but a 2xx one with a JSON
 * object: an error's JSON is no person.
 */
export async function readUserAnswer(response: Response, url: string): Promise<Record<string, unknown>> {
  requireSuccess(url, response.status)
  const body: unknown = await response.json().catch(() => undefined)
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new UserAnswerError(`${addressOf(url)} answers no JSON object; expected the person's profile`)
  return body as Record<string, unknown>
}

/** Throws `UserAnswerError` unless a user API's status is 2xx. */
export function requireSuccess(url: string, status: number): void {
  if (status >= 200 && status < 300) return
  throw new UserAnswerError(`${addressOf(url)} answers ${status}; expected 2xx with the person's profile`, {
    isTemporary: status >= 500 || status === 429 || status === 403,
  })
}

/** Milliseconds that a user API has which a type asks by code of its own. */
const timeout = 20_000

type Asked = { first?: object; status?: number }
type Message = { request: object; response?: { statusCode: number } }

const asking = new AsyncLocalStorage<Asked>()
const answers = new WeakMap<object, Asked>()

// Some types ask their user API in their own code by the global `fetch`, and look at no status. These
// channels tell it without a hand in that code.
subscribe('undici:request:create', (message) => {
  const asked = asking.getStore()
  if (!asked || asked.first) return
  const { request } = message as Message
  asked.first = request
  answers.set(request, asked)
})
subscribe('undici:request:headers', (message) => {
  const { request, response } = message as Message
  const asked = answers.get(request)
  if (asked && response) asked.status = response.statusCode
})

/**
 * What a type's own code gets from its user API at `url`, which is the first address that it asks. Throws
 * `UserAnswerError` unless that answer's status is 2xx, `UnreachableError` without an answer, and what the
 * code throws.
 */
export async function askedByOwnCode<Result>(
  { url, provider }: { url: string; provider: string },
  ask: () => Promise<Result>,
  signal: AbortSignal = AbortSignal.timeout(timeout),
): Promise<Result> {
  const asked: Asked = {}
  try {
    const result = await inProviderCall(
      { call: 'userinfo', provider, url },
      () => Promise.race([asking.run(asked, ask), rejectedBy(signal)]),
      () => asked.status,
    )
    requireSuccess(url, asked.status ?? 0)
    return result
  } catch (error) {
    if (asked.status !== undefined) requireSuccess(url, asked.status)
    else if (asked.first) throw new UnreachableError(`${addressOf(url)} cannot be reached`, { cause: error })
    throw error
  }
}

// That code takes no signal.
function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

/**
 * Who somebody is at a provider without ID tokens: the `id` that its type makes of the answer, as text. It
 * has to stand in the answer as a text or a whole number: a type may make a text of anything. Throws
 * `UserAnswerError` when it does not.
 */
export function subjectOf(id: unknown, answer: Record<string, unknown>): string {
  const text = idText(id)
  if (isUsableSubject(text) && stands(text, answer)) return text
  throw new UserAnswerError('the user API answers without a usable id; expected one that tells people apart')
}

function stands(text: string, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return idText(value) === text
  // A list of one becomes the text of that one.
  const isList = Array.isArray(value)
  const inner = isList ? value.filter((one) => typeof one === 'object') : Object.values(value)
  return inner.some((one) => stands(text, one))
}
