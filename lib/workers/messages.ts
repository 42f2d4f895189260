import type { MetricObjectWithValues, MetricValue } from 'prom-client'

/** The argument that makes a process a worker; others too may start Baton by `node:cluster`, as pm2 does. */
export const workerArgument = '--worker'

/** Why a worker is to stop: a signal that the primary has got, or because a new worker takes its place. */
export type StopReason = 'SIGTERM' | 'SIGINT' | 'replaced'

/** The metrics of one process at one moment. */
export type Snapshot = MetricObjectWithValues<MetricValue<string>>[]

/** What the primary says to a worker. One that is told to stop twice is to hurry. */
export type ToWorker = { baton: 'stop'; reason: StopReason } | { baton: 'count' } | { baton: 'ping' }

/** What a worker says to the primary. */
export type ToPrimary = { baton: 'serving' } | { baton: 'counted'; snapshot: Snapshot } | { baton: 'pong' }
