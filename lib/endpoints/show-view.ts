import type { HandoffView } from '#lib/handoff/handoff-view.ts'
import type { Exchange } from './endpoint.ts'

const statuses = { gone: 410, far: 403, open: 200, asking: 200, consent: 200 }

/** Has Next render a hand-off page. */
export function showView(
  view: HandoffView,
  { req, runtime, render }: Exchange,
  status = statuses[view.state],
): Promise<void> {
  // Next renders pages for GET alone.
  if (req.method === 'POST') req.method = 'GET'
  return runtime.handoffView.run(view, () => render(status))
}
