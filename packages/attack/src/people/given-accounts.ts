import { type Options, WrongUse } from '../options.ts'
import type { Answer, Call } from '../wire/call.ts'

/**
 * Looks whether the accounts that the operator gave are good: a check that runs with a dead session would
 * pass for nothing.
 *
 * @throws {WrongUse} naming the first one that is not.
 */
export async function requireAccounts(options: Options, call: Call): Promise<void> {
  const { cookie, otherCookie, spareCookie, webNonce, idToken } = options
  const personOf = async (name: string, value: string | undefined): Promise<unknown> => {
    if (value === undefined) return undefined
    const answer = await call('/api/auth/session', { headers: { cookie: value } })
    const { user } = answer.json() as { user?: { id?: string } }
    if (!user?.id) throw noGood(name, answer, 'is the cookie of no session; sign in and copy it anew')
    return user.id
  }
  const person = await personOf('cookie', cookie)
  const other = await personOf('other-cookie', otherCookie)
  await personOf('spare-cookie', spareCookie)
  if (person !== undefined && person === other)
    throw new WrongUse('--other-cookie is a session of the same person as --cookie')

  if (webNonce) {
    const answer = await call('/api/sessions', { headers: { authorization: `Bearer ${webNonce}` } })
    if (answer.status !== 200) throw noGood('web-nonce', answer, 'is no web nonce that is good now')
  }
  if (idToken) {
    const answer = await call('/api/nonce', { method: 'POST', form: { token: idToken } })
    if (answer.json().error === 'invalid_grant') throw noGood('id-token', answer, 'gets no nonce')
  }
}

function noGood(option: string, { url, status, json }: Answer, why: string): WrongUse {
  const { error_description: said } = json()
  return new WrongUse(`--${option} ${why} (${url.origin} answers ${status}${said ? `: ${said}` : ''})`)
}
