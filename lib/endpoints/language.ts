import { keepLanguage } from '#lib/callers/language-cookie.ts'
import { ownPath } from '#lib/http/own-path.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import { withLanguage } from './asked-page.ts'
import type { Answer, Call } from './endpoint.ts'
import { seeOther } from './leave-for.ts'

/**
 * `POST /language`: keeps the language that a person has chosen, and leads back to the page. A page that is
 * in the language of an application has `ui_locales` in its address, and gets the chosen one there: for that
 * page it goes before the application's. Throws `invalid_request`.
 */
export async function chooseOwnLanguage(
  { form }: Call,
  { config, languages }: Pick<Runtime, 'config' | 'languages'>,
): Promise<Answer> {
  const { language = '', callbackUrl = '/' } = await form()
  if (!languages.has(language)) throw new OAuthError('invalid_request', 'there is no such language here')
  const path = ownPath(callbackUrl, config.url) ?? '/'
  const isAskedFor = new URL(path, config.url).searchParams.has('ui_locales')
  return seeOther(isAskedFor ? withLanguage(path, language) : path, [keepLanguage(language, config)])
}

/** `GET /language`: nothing to see, for people who come back to the address of the form. */
export function leadHome(): Answer {
  return seeOther('/', [])
}
