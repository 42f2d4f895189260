import { nonceRequest } from '#lib/http/nonce-request.ts'
import { route } from '#lib/http/route.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({ POST: nonceRequest })
