import { runtime } from '#lib/runtime.ts'

// The table of endpoints answers, from the server's own copy of the code: Next's bundle holds none of it.
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
