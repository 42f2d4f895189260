import type { IncomingMessage } from 'node:http'
import type { Interaction } from '../types.ts'

const strangers = new WeakSet<IncomingMessage>()

/** Notes that an authorization request was counted as one of a browser without a session. */
export function noteStranger(req: IncomingMessage, isStranger: boolean): void {
  if (isStranger) strangers.add(req)
}

/** What a step keeps of it. */
export function strangerDetails(req: IncomingMessage): { isCounted?: true } {
  return strangers.has(req) ? { isCounted: true } : {}
}

/** Whether the authorization request of a step was counted so. */
export function wasCounted({ prompt }: Pick<Interaction, 'prompt'>): boolean {
  return (prompt.details as { isCounted?: unknown }).isCounted === true
}
