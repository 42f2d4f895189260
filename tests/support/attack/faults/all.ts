import type { Fault } from '../front.ts'
import { handoffFaults } from './handoff.ts'
import { httpFaults } from './http.ts'
import { proxyFaults } from './proxy.ts'
import { sessionFaults } from './sessions.ts'
import { tokenFaults } from './tokens.ts'

/** For each check of the kit, a fault that it has to find. */
export const faults: Readonly<Record<string, Fault>> = {
  ...handoffFaults,
  ...sessionFaults,
  ...tokenFaults,
  ...proxyFaults,
  ...httpFaults,
}
