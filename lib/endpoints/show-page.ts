import { ownPageHeaders } from '#lib/http/page-headers.ts'
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

/** The answer that is a page which Baton renders itself. */
export function pageAnswer(
  page: Page,
  { config, renderPage }: Pick<Runtime, 'config' | 'renderPage'>,
  { status = 200, formOrigins = [] }: Options = {},
): Answer & { headers: Record<string, string>; body: string } {
  const { nonce, headers } = ownPageHeaders(config, formOrigins)
  return {
    status,
    headers: { ...headers, 'Referrer-Policy': 'same-origin' },
    body: renderPage(page, { nonce, requestId: currentRequest()?.id }),
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
