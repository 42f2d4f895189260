import { STATUS_CODES } from 'node:http'
import { Counter, Histogram, type Registry } from 'prom-client'
import { onReport, type RefreshOutcome } from '#lib/telemetry/reports.ts'

/** What the values of labels are taken from, where a caller could make them up. */
type Known = { backends: string[]; providers: string[]; limits: string[] }

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
const refreshOutcomes: RefreshOutcome[] = ['done', 'saved', 'failed', 'given_up']
const whyRefused = ['circuit', 'places'] as const
const globalOutcomes = ['done', 'invalid_request', 'invalid_token', 'access_denied', 'not_found']
/** Types of events that have no reason. */
const plainEvents = ['issued', 'shown', 'asked', 'approved', 'redeemed', 'replayed']

/** Seconds. */
const ofRequests = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
const ofHandoffs = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 420]

/**
 * Counts what is reported, in this registry. Every value of a label is from the configuration or from a fixed
 * list: none that a caller sends becomes one. Returns the function that ends it.
 */
export function countReports(registry: Registry, known: Known): () => void {
  const registers = [registry]
  const requests = new Counter({
    name: 'baton_http_requests_total',
    help: 'Requests that are over, by row of the table of endpoints, method and status of the answer.',
    labelNames: ['route', 'method', 'status'],
    registers,
  })
  // Apart, because a series of the counter above that a status begins would show no increase.
  const faults = new Counter({
    name: 'baton_faults_total',
    help: 'Requests that were answered with 500: faults of Baton.',
    registers,
  })
  const durations = new Histogram({
    name: 'baton_http_request_duration_seconds',
    help: 'From the head of a request to the end of its answer; without event streams and WebSockets.',
    labelNames: ['route'],
    buckets: ofRequests,
    registers,
  })
  const backendRequests = new Counter({
    name: 'baton_backend_requests_total',
    help: 'Requests for a backend that are over, by status of the answer that the caller got.',
    labelNames: ['backend', 'status'],
    registers,
  })
  const backendDurations = new Histogram({
    name: 'baton_backend_answer_duration_seconds',
    help: 'From the call to a backend to the head of its answer, or to the failure.',
    labelNames: ['backend', 'outcome'],
    buckets: ofRequests,
    registers,
  })
  const backendRefusals = new Counter({
    name: 'baton_backend_refusals_total',
    help: 'Calls that were refused without asking the backend: by its circuit, or for want of a place.',
    labelNames: ['backend', 'reason'],
    registers,
  })
  const handoffs = new Counter({
    name: 'baton_handoff_events_total',
    help: 'Events of hand-offs, as the audit trail has them, by type and reason.',
    labelNames: ['type', 'reason'],
    registers,
  })
  const redemptions = new Histogram({
    name: 'baton_handoff_redeem_duration_seconds',
    help: 'From the issue of a hand-off nonce to its redemption.',
    buckets: ofHandoffs,
    registers,
  })
  const refreshes = new Counter({
    name: 'baton_refreshes_total',
    help: 'Refreshes at providers; `saved` are callers who shared the refresh of another one.',
    labelNames: ['provider', 'outcome'],
    registers,
  })
  const globalSignOuts = new Counter({
    name: 'baton_global_sign_outs_total',
    help: 'Calls of operators to sign a person out everywhere: `done`, or the error code of the refusal.',
    labelNames: ['outcome'],
    registers,
  })
  const limits = new Counter({
    name: 'baton_limit_refusals_total',
    help: 'Refusals by a limit.',
    labelNames: ['limit'],
    registers,
  })
  // A series that begins at zero shows its first increase.
  for (const backend of known.backends)
    for (const reason of whyRefused) backendRefusals.inc({ backend, reason }, 0)
  for (const provider of known.providers)
    for (const outcome of refreshOutcomes) refreshes.inc({ provider, outcome }, 0)
  for (const type of plainEvents) handoffs.inc({ type, reason: 'none' }, 0)
  for (const outcome of globalOutcomes) globalSignOuts.inc({ outcome }, 0)
  for (const limit of known.limits) limits.inc({ limit }, 0)

  const ends = [
    onReport('request', ({ route = 'none', method, status, seconds, backend, isStream }) => {
      const code = statusOf(status)
      requests.inc({ route, method: oneOf(methods, method), status: code })
      if (status === 500) faults.inc()
      if (!isStream) durations.observe({ route }, seconds)
      if (backend !== undefined) backendRequests.inc({ backend, status: code })
    }),
    onReport('backend.call', ({ backend, outcome, seconds }) =>
      backendDurations.observe({ backend, outcome }, seconds),
    ),
    onReport('backend.refused', ({ backend, reason }) => backendRefusals.inc({ backend, reason })),
    onReport('handoff', ({ type, reason }) => handoffs.inc({ type, reason: reason ?? 'none' })),
    onReport('handoff.redeemed', ({ seconds }) => redemptions.observe(seconds)),
    onReport('refresh', ({ provider, outcome }) =>
      refreshes.inc({ provider: oneOf(known.providers, provider), outcome }),
    ),
    onReport('global_sign_out', ({ outcome }) =>
      globalSignOuts.inc({ outcome: oneOf(globalOutcomes, outcome) }),
    ),
    onReport('limit.refused', ({ limit }) => limits.inc({ limit })),
  ]
  return () => {
    for (const end of ends) end()
  }
}

function oneOf(values: readonly string[], value: string | undefined): string {
  return value !== undefined && values.includes(value) ? value : 'other'
}

// A backend answers with what status it likes.
function statusOf(status: number | undefined): string {
  if (status === undefined) return 'none'
  return Object.hasOwn(STATUS_CODES, status) ? String(status) : 'other'
}
