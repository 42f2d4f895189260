import { visitBy } from '#lib/callers/visit.ts'
import type { Exchange } from './endpoint.ts'

/**
 * A page that shows who is signed in. The endpoint finds that out, because a page that fails while it is
 * rendered has no status of its own. Throws `temporarily_unavailable`.
 */
export async function renderVisited({ req, runtime, render }: Exchange): Promise<void> {
  const visit = await visitBy(req.headers.cookie, runtime)
  return runtime.visit.run(visit, () => render())
}
