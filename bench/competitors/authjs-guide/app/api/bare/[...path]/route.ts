import type { NextRequest } from 'next/server'
import { backendCall } from '../../../../backend-call'

async function handler(request: NextRequest) {
  const [url, init] = backendCall(request)
  return await fetch(url, init)
}

export { handler as GET, handler as POST }
