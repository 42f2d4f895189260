import type { NextRequest } from 'next/server'

/** Returns the backend call for a request of this app, with method and body, which the guide leaves out. */
export function backendCall(request: NextRequest): [url: string, init: RequestInit & { duplex?: 'half' }] {
  const { pathname, search } = request.nextUrl
  const path = pathname.replace(/^\/api\/[a-z]+/, '')
  const { method } = request
  const body = method === 'GET' ? {} : { body: request.body, duplex: 'half' as const }
  return [`${process.env.BACKEND_URL}${path}${search}`, { method, ...body }]
}
