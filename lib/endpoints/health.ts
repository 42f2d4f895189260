import { type Answer, json } from './endpoint.ts'

/** `GET /api/health`: the process serves. */
export function health(): Answer {
  return json({ status: 'ok' })
}
