import { type Aggregator, Gauge, type Registry } from 'prom-client'
import type { CircuitState } from '#lib/backends/circuit.ts'
import type { Gate } from '#lib/backends/gate.ts'
import type { Config } from '#lib/config/load.ts'
import { installedVersion } from '#lib/config/version.ts'
import type { Database, PoolState } from '#lib/db/database.ts'
import { sessionKinds } from '#lib/db/sessions.ts'
import type { OpenStreams } from '#lib/sessions/open-streams.ts'
import type { RevocationFeed } from '#lib/sessions/revocation-feed.ts'
import { LiveSessions } from './live-sessions.ts'

export type GaugeNeeds = {
  config: Pick<Config, 'backends'>
  db: Database
  gate: Gate
  streams: OpenStreams
  revocations: RevocationFeed
  connections: (() => PoolState) | undefined
}

const circuitStates: CircuitState[] = ['closed', 'open', 'probing']

/** Adds what is looked up when somebody asks: how much there is of something now. */
export function addGauges(registry: Registry, needs: GaugeNeeds): void {
  const { config, db, gate, streams, revocations, connections } = needs
  const { backends } = config
  const live = new LiveSessions(db)

  gauge(registry, {
    name: 'baton_sessions',
    help: 'Sessions that are alive, by kind, over all instances; an estimate where they are many.',
    labelNames: ['kind'],
    aggregator: 'max',
    async collect() {
      const counts = await live.counts()
      this.reset()
      if (!counts) return
      for (const kind of sessionKinds) this.set({ kind }, 0)
      for (const { kind, sessions } of counts) this.set({ kind }, sessions)
    },
  })
  gauge(registry, {
    name: 'baton_backend_places',
    help: 'Calls and streams of a backend that have a place or wait for one.',
    labelNames: ['backend', 'kind', 'state'],
    collect() {
      for (const backend of backends)
        for (const [kind, { running, waiting }] of Object.entries(gate.inUse(backend))) {
          this.set({ backend: backend.name, kind, state: 'running' }, running)
          this.set({ backend: backend.name, kind, state: 'waiting' }, waiting)
        }
    },
  })
  gauge(registry, {
    name: 'baton_backend_circuit',
    help: '1 for the state that the circuit of a backend is in, 0 for the others; of workers, the part.',
    labelNames: ['backend', 'state'],
    aggregator: 'average',
    collect() {
      for (const backend of backends) {
        const now = gate.circuitOf(backend)
        for (const state of circuitStates) this.set({ backend: backend.name, state }, Number(state === now))
      }
    },
  })
  gauge(registry, {
    name: 'baton_open_streams',
    help: 'Event streams and WebSockets of backends that are open.',
    collect() {
      this.set(streams.count)
    },
  })
  gauge(registry, {
    name: 'baton_feed_readers',
    help: 'Streams by which resource servers follow the feed of revocations.',
    collect() {
      this.set(revocations.readers.count)
    },
  })
  gauge(registry, {
    name: 'baton_feed_lag_seconds',
    help: 'Since the last look for ended sessions that the database has answered; at 30 calls get 503.',
    aggregator: 'max',
    collect() {
      this.set(revocations.lag / 1000)
    },
  })
  gauge(registry, {
    name: 'baton_database_away',
    help: '1 while the database cannot be reached.',
    aggregator: 'max',
    collect() {
      this.set(Number(revocations.isAway))
    },
  })
  if (connections)
    gauge(registry, {
      name: 'baton_database_connections',
      help: 'Connections to PostgreSQL, by state.',
      labelNames: ['state'],
      collect() {
        const { total, idle } = connections()
        this.set({ state: 'used' }, total - idle)
        this.set({ state: 'idle' }, idle)
      },
    })
  if (connections)
    gauge(registry, {
      name: 'baton_database_waiting',
      help: 'Queries that wait for a connection to PostgreSQL.',
      collect() {
        this.set(connections().waiting)
      },
    })
  gauge(registry, {
    name: 'baton_build_info',
    help: 'Always 1; its labels are the versions of Baton and of Node.js.',
    labelNames: ['version', 'node'],
    aggregator: 'max',
    collect() {
      this.set({ version: installedVersion().version, node: process.version }, 1)
    },
  })
}

type GaugeOf<Label extends string> = {
  name: string
  help: string
  labelNames?: Label[]
  /** What the values of several workers come to. Default: `sum`. */
  aggregator?: Aggregator
  collect(this: Gauge<Label>): void | Promise<void>
}

function gauge<Label extends string>(registry: Registry, settings: GaugeOf<Label>): void {
  new Gauge({ ...settings, registers: [registry] })
}
