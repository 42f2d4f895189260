import { methods } from '#lib/endpoints/endpoint.ts'
import { bearer, type Play } from './play.ts'

/** What is answered in place of backends and of a token service that fail. */
export const broken: Play = async ({ ask, post, webNonce }) => {
  const app = bearer(await webNonce())
  // The token service is silent at the first call, and breaks the second one off.
  const silent = post('/api/token', {}, app)
  const calls = methods.flatMap((method) =>
    ['absent', 'breaking', 'silent'].map((backend) =>
      ask(`/api/backends/${backend}/x`, { method, headers: app }),
    ),
  )
  await Promise.all([...calls, silent])
  await post('/api/token', {}, app)
}
