import { runtime } from '#lib/runtime.ts'

// For where Next is the entry: middleware.ts leads the page's form here.
export const POST = (request: Request) =>
  runtime().answer(new Request(new URL('/sessions', request.url), request))
