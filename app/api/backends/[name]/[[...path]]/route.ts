import { proxyRequest } from '#lib/http/proxy-route.ts'
import { route } from '#lib/http/route.ts'

// `server.ts` answers these addresses itself; this is for where it cannot run.
const forward = proxyRequest

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: forward,
  HEAD: forward,
  POST: forward,
  PUT: forward,
  PATCH: forward,
  DELETE: forward,
  OPTIONS: forward,
})
