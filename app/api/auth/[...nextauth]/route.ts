import type { NextRequest } from 'next/server'
import { handlers } from '#auth'
import { runtime } from '#lib/runtime.ts'

// Auth.js runs in Next's bundle; what it answers is looked at by the endpoint of this address.
const get = (request: Request) => runtime().answer(request, () => handlers.GET(request as NextRequest))
const other = (request: Request) => runtime().answer(request, () => handlers.POST(request as NextRequest))

export {
  get as GET,
  get as HEAD,
  other as POST,
  other as PUT,
  other as PATCH,
  other as DELETE,
  other as OPTIONS,
}
