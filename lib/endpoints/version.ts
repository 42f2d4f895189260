import { installedVersion } from '#lib/config/version.ts'
import { type Answer, json } from './endpoint.ts'

/** `GET /api/version`: what runs here. */
export function version(): Answer {
  return json(installedVersion())
}
