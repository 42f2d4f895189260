import { providerOrigins } from '#lib/config/form-origins.ts'
import { allowFormOrigins } from '#lib/http/page-headers.ts'
import { answerOnNode } from './answer-on-node.ts'
import { type Answerer, type Endpoint, type Exchange, reading } from './endpoint.ts'
import { renderVisited } from './visited.ts'

/**
 * The row of a page that `show` has Next render for GET and HEAD, and whose form `take` answers at the same
 * address. Where Next is the entry, `middleware.ts` leads the form to a route.
 */
export function pageWithForm(
  take: Answerer,
  show: (exchange: Exchange) => Promise<void>,
): Omit<Endpoint, 'path'> {
  const answer = { POST: take }
  const takeForm = (exchange: Exchange) => answerOnNode({}, answer, exchange)
  return {
    onNode: { ...reading(show), POST: takeForm },
    answer,
    body: 'form',
    csrf: 'same-origin',
    isPage: true,
  }
}

/** Has Next render a page whose forms can lead to a provider. */
export function renderBeforeProvider(exchange: Exchange): Promise<void> {
  const { req, res, runtime } = exchange
  allowFormOrigins(req, res, runtime.config.providers.flatMap(providerOrigins))
  return renderVisited(exchange)
}
