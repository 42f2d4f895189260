import type { Caller } from '#lib/callers/caller.ts'
import { keptLanguage } from '#lib/callers/language-cookie.ts'
import { chooseLanguage, languageAmong } from '#lib/languages/choose-language.ts'
import { mountPath } from '#lib/oidc/mount-path.ts'
import type { Runtime } from '#lib/runtime.ts'
import { currentRequest, noteRequest } from '#lib/telemetry/request-record.ts'
import type { Endpoint } from './endpoint.ts'

type Needs = Pick<Runtime, 'config' | 'languages'>

// The OpenID Provider's own pages that look the same when they are opened once more.
const providerPages = [`${mountPath}/logout`, `${mountPath}/logout/success`]

// What these hold may work once, and is not to be kept any longer.
const secrets = ['nonce', 'login_hint_token', 'id_token_hint', 'state']

/** Notes in which language the page of this call is to be, and where it can be shown in another one. */
export function noteAskedPage(
  caller: Caller,
  { path: row, isPage }: Partial<Pick<Endpoint, 'path' | 'isPage'>>,
  runtime: Needs,
): void {
  // Next's files are in no language.
  if (row === '/_next/static/*') return
  const { target, method, header } = caller
  const { config, languages } = runtime
  const search = queryOf(caller)
  const [path = ''] = target.split('?')
  const uiLocales = search.get('ui_locales') ?? undefined
  const chosen = keptLanguage(header('cookie'), config)
  const wish = { uiLocales, chosen, accepted: header('accept-language') }
  const language = chooseLanguage(wish, [...languages.keys()])
  // The page of a nonce looks the same with and without it in its address.
  const isSecret = row === '/handoff' || secrets.some((name) => search.has(name))
  const isOpened = method === 'GET' || method === 'HEAD'
  const isShownAgain = isOpened && !isSecret && (isPage || providerPages.includes(path))
  search.delete('ui_locales')
  const rest = search.size > 0 ? `?${search}` : ''
  noteRequest({ page: { language, at: isShownAgain ? path + rest : undefined } })
}

/**
 * Has the page be in a language that the authorization request names to which it belongs, by its `ui_locales`
 * (OpenID Connect Core, section 3.1.2.1). What the page's own query names goes before it: there is what the
 * person has chosen on the page. A request that names no language of Baton's changes nothing.
 */
export function noteUiLocales(
  caller: Caller,
  uiLocales: string | undefined,
  { languages }: Pick<Needs, 'languages'>,
): void {
  const there = [...languages.keys()]
  const asked = languageAmong(uiLocales, there)
  if (asked === undefined) return
  const language = languageAmong(queryOf(caller).get('ui_locales') ?? undefined, there) ?? asked
  const { at, ...page } = currentRequest()?.page ?? {}
  noteRequest({ page: { ...page, language, at: at && withLanguage(at, language) } })
}

/** The same path and query, where the page is in this language, whatever an application asks for. */
export function withLanguage(path: string, language: string): string {
  const { pathname, searchParams, hash } = new URL(path, 'http://origin.invalid')
  searchParams.set('ui_locales', language)
  return `${pathname}?${searchParams}${hash}`
}

function queryOf({ target }: Caller): URLSearchParams {
  const query = target.indexOf('?')
  return new URLSearchParams(query === -1 ? '' : target.slice(query))
}
