import { visitBy } from '#lib/callers/visit.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Exchange } from './endpoint.ts'

/**
 * A page that shows who is signed in. The endpoint finds that out, because a page that fails while it is
 * rendered has no status of its own. Throws `temporarily_unavailable`.
 */
export async function renderVisited({ req, runtime, render }: Exchange): Promise<void> {
  const visit = await visitBy(req.headers.cookie, runtime)
  return runtime.visit.run(visit, () => render())
}

/** `GET /session`: as above, of a session whose row can be had. Throws `temporarily_unavailable`. */
export async function renderSession({ req, runtime, render }: Exchange): Promise<void> {
  const visit = await visitBy(req.headers.cookie, runtime)
  if (visit.session && !visit.live)
    throw new OAuthError('temporarily_unavailable', 'the session cannot be looked up right now; try again')
  return runtime.visit.run(visit, () => render())
}
