import type { NextRequest } from 'next/server'
import { handlers } from '#auth'
import { authAnswer } from '#lib/http/auth-answer.ts'
import { route } from '#lib/http/route.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: (request, runtime) => authAnswer(request, () => handlers.GET(request as NextRequest), runtime),
  POST: (request, runtime) => authAnswer(request, () => handlers.POST(request as NextRequest), runtime),
})
