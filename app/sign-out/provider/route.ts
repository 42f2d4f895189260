import { runtime } from '#lib/runtime.ts'

// For where Next is the entry, as `app/api/[...path]`.
const answer = (request: Request) => runtime().answer(request)

export {
  answer as GET,
  answer as HEAD,
  answer as POST,
  answer as PUT,
  answer as PATCH,
  answer as DELETE,
  answer as OPTIONS,
}
