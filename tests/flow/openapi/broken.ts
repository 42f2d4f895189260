import { methods } from '#lib/endpoints/endpoint.ts'
import { bearer, type Play } from './play.ts'
import { failing, nameOf } from './strict-setup.ts'

/** What is answered in place of backends and of a token service that fail. */
export const broken: Play = async ({ ask, post, webNonce }) => {
  const app = bearer(await webNonce())
  // The token service is silent at the first call, and breaks the others off. Others call it as well.
  const silent = post('/api/token', {}, app)
  // Each method has backends of its own: after some failures in a row one is not asked any more.
  const calls = methods.flatMap((method) =>
    failing.map((how) => ask(`/api/backends/${nameOf(how, method)}/x`, { method, headers: app })),
  )
  await Promise.all([...calls, silent])
  for (let tries = 0; tries < 5; tries++) if ((await post('/api/token', {}, app)).status === 502) break
}
