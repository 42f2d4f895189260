import { route } from '#lib/http/route.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: () => Response.json({ status: 'ok' }, { headers: { 'cache-control': 'no-store' } }),
})
