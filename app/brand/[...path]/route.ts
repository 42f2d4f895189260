import { runtime } from '#lib/runtime.ts'

// For where Next is the entry.
const answer = (request: Request) => runtime().answer(request)

export { answer as GET, answer as HEAD }
