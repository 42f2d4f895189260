import type { IncomingMessage } from 'node:http'
import type { Interaction } from '../types.ts'

const strangers = new WeakMap<IncomingMessage, string>()

/** Notes where an authorization request was counted as one of a browser without a session. */
export function noteStranger(req: IncomingMessage, pool: string): void {
  strangers.set(req, pool)
}

/** What a step keeps of it. */
export function strangerDetails(req: IncomingMessage): { countedIn?: string } {
  const pool = strangers.get(req)
  return pool === undefined ? {} : { countedIn: pool }
}

/** Where the authorization request of a step was counted so. */
export function poolOfStep({ prompt }: Pick<Interaction, 'prompt'>): string | undefined {
  return (prompt.details as { countedIn?: string }).countedIn
}
