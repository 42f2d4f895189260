import { isAnswering } from '#lib/db/ready.ts'
import { route } from '#lib/http/route.ts'
import { OAuthError } from '#lib/oauth/error.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  async GET(_, { db }) {
    if (!(await isAnswering(db)))
      throw new OAuthError('temporarily_unavailable', 'the database does not answer')
    return Response.json({ status: 'ready' }, { headers: { 'cache-control': 'no-store' } })
  },
})
