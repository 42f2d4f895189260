import { headers } from 'next/headers'
import { keptLanguage } from '#lib/callers/language-cookie.ts'
import { chooseLanguage } from '#lib/languages/choose-language.ts'
import type { Language } from '#lib/languages/languages.ts'
import { runtime } from '#lib/runtime.ts'
import { currentRequest } from '#lib/telemetry/request-record.ts'

/** The language of the page that is rendered; `server.ts` has found it out where it is the entry. */
export async function currentLanguage(): Promise<Language> {
  const { languages } = runtime()
  const tag = currentRequest()?.page?.language ?? (await askedLanguage())
  return languages.get(tag) ?? ([...languages.values()][0] as Language)
}

async function askedLanguage(): Promise<string> {
  const { config, languages } = runtime()
  const sent = await headers()
  const chosen = keptLanguage(sent.get('cookie') ?? undefined, config)
  const wish = { uiLocales: undefined, chosen, accepted: sent.get('accept-language') ?? undefined }
  return chooseLanguage(wish, [...languages.keys()])
}
