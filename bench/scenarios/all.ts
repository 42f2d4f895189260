import { accessLine } from './access-line.ts'
import { coldSessions } from './cold-sessions.ts'
import { coldStart } from './cold-start.ts'
import { endings } from './endings.ts'
import { firstByte } from './first-byte.ts'
import { getSession } from './get-session.ts'
import { handoff } from './handoff.ts'
import { handoffPage, handoffStanding } from './handoff-beside.ts'
import { instancesHandoff, instancesJson } from './instances.ts'
import { introspection } from './introspection.ts'
import { json } from './json.ts'
import { megabyte } from './megabyte.ts'
import type { Scenario } from './scenario.ts'
import { sse } from './sse.ts'
import { sweeping } from './sweep.ts'
import { traces } from './traces.ts'
import { transfer } from './transfer.ts'
import { workers } from './workers.ts'

/** All scenarios in the order of a run. Memory comes early, before other scenarios make the proxies grow. */
export const scenarios: readonly Scenario[] = [
  json(32),
  transfer('down'),
  transfer('up'),
  json(1),
  json(256),
  accessLine,
  traces,
  megabyte,
  firstByte,
  sse,
  handoff,
  handoffPage,
  handoffStanding,
  getSession,
  introspection,
  coldSessions,
  endings,
  sweeping,
  coldStart,
  instancesJson,
  instancesHandoff,
  workers,
]
