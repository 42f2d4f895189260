import { ownPageHeaders } from '#lib/http/page-headers.ts'
import type { Language } from '#lib/languages/languages.ts'
import type { Look } from '#lib/pages/look.ts'
import type { Page } from '#lib/pages/page.ts'
import type { Runtime } from '#lib/runtime.ts'
import { currentRequest } from '#lib/telemetry/request-record.ts'
import { sendOnNode } from './answer-on-node.ts'
import type { Answer, Exchange } from './endpoint.ts'

type Options = {
  status?: number
  /** Where its forms may lead, besides Baton. */
  formOrigins?: readonly string[]
}

type Needs = Pick<Runtime, 'config' | 'renderPage' | 'languages'>

/** How the page of the current request is to look. */
function lookOf({ config, languages }: Needs): Look {
  const { language: asked, at, scheme } = currentRequest()?.page ?? {}
  const all = [...languages.values()]
  const language = all.find(({ language }) => language === asked) ?? (all[0] as Language)
  return { language, languages: all, at, brand: config.branding, scheme }
}

/** The answer that is a page which Baton renders itself. */
export function pageAnswer(
  page: Page,
  runtime: Needs,
  { status = 200, formOrigins = [] }: Options = {},
): Answer & { headers: Record<string, string>; body: string } {
  const { config, renderPage } = runtime
  const { nonce, headers } = ownPageHeaders(config, formOrigins)
  return {
    status,
    headers: { ...headers, 'Referrer-Policy': 'same-origin' },
    body: renderPage(page, lookOf(runtime), { nonce, requestId: currentRequest()?.id }),
  }
}

/** Answers with such a page. The endpoint's own `Referrer-Policy` stays. */
export function showPage(page: Page, { res, runtime }: Pick<Exchange, 'res' | 'runtime'>, options: Options) {
  const { headers, ...answer } = pageAnswer(page, runtime, options)
  const referrerPolicy = res.getHeader('Referrer-Policy')
  sendOnNode(res, {
    ...answer,
    headers: { ...headers, ...(referrerPolicy && { 'Referrer-Policy': String(referrerPolicy) }) },
  })
}
