import type { NextRequest } from 'next/server'
import { auth } from '../../../../auth'
import { backendCall } from '../../../../backend-call'

async function handler(request: NextRequest) {
  const session = (await auth()) as { accessToken?: string } | null
  const [url, init] = backendCall(request)
  return await fetch(url, { ...init, headers: { Authorization: `Bearer ${session?.accessToken}` } })
}

export { handler as GET, handler as POST }
