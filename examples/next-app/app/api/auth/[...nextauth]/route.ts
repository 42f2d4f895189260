import { redirect } from 'next/navigation'
import type { NextRequest } from 'next/server'
import { handlers } from '@/auth'

export async function GET(request: NextRequest) {
  // Those of Baton, which Auth.js would not tell apart, and those that Auth.js sends to a page of its own.
  const error = request.nextUrl.searchParams.get('error')
  if (error !== null) redirect(`/signin/failed?${new URLSearchParams({ error })}`)
  return handlers.GET(request)
}

export const { POST } = handlers
