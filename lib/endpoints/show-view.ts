import type { HandoffView } from '#lib/handoff/handoff-view.ts'
import type { Exchange } from './endpoint.ts'

/** Has Next render a hand-off page; a page about a nonce that cannot be used is 410. */
export function showView(view: HandoffView, { req, runtime, render }: Exchange): Promise<void> {
  // Next renders pages for GET alone.
  if (req.method === 'POST') req.method = 'GET'
  return runtime.handoffView.run(view, () => render(view.state === 'gone' ? 410 : 200))
}
