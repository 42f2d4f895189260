import { listen } from '../partners.ts'
import type { Person } from '../person.ts'

/** A backend that answers with the bearer token that it was sent. */
export function startBearerBackend() {
  return listen((request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ token: request.headers.authorization?.replace(/^Bearer /, '') ?? null }))
  })
}

/** The bearer token that a person's call arrives there with, or the status of Baton's refusal. */
export async function bearerOf(person: Person): Promise<string> {
  const answer = await person.ownPage('/api/backends/bearer/')
  return answer.ok ? ((await answer.json()) as { token: string }).token : `status ${answer.status}`
}
