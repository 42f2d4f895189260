import { visitBy } from '#lib/callers/visit.ts'
import type { HandoffView } from '#lib/handoff/handoff-view.ts'
import type { Exchange } from './endpoint.ts'
import { showPage } from './show-page.ts'

const statuses = { gone: 410, over: 410, far: 403, open: 200, asking: 200, consent: 200 }

/** Shows a hand-off page, whose forms may lead to these origins besides Baton's. */
export async function showView(
  view: HandoffView,
  exchange: Exchange,
  { status = statuses[view.state], formOrigins }: { status?: number; formOrigins?: readonly string[] } = {},
): Promise<void> {
  const visitor = view.state === 'gone' ? await visitorOf(exchange) : undefined
  showPage({ name: 'handoff', view, visitor }, exchange, { status, ...(formOrigins && { formOrigins }) })
}

// That the link is dead can be said whoever is here.
async function visitorOf({ req, runtime }: Exchange) {
  const { session } = await visitBy(req.headers.cookie, runtime).catch(() => ({ session: null }))
  return session?.user
}
