import { redirect } from 'next/navigation'
import type { NextRequest } from 'next/server'
import { handlers } from '@/auth'

export async function GET(request: NextRequest) {
  // Auth.js would say the same of every error, and not that it was the link.
  const isRefused = request.nextUrl.searchParams.get('error') === 'unmet_authentication_requirements'
  if (isRefused) redirect('/signin/refused')
  return handlers.GET(request)
}

export const { POST } = handlers
