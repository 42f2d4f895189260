import type { Backend } from '#lib/config/backends.ts'
import { isOAuthError, OAuthError } from '#lib/oauth/error.ts'
import { type CallOutcome, report } from '#lib/telemetry/reports.ts'
import { Circuit, type CircuitState, type Outcome, pause } from './circuit.ts'
import type { Sink } from './forward.ts'
import { callerLeft, callerStalled, leftByCaller } from './gateway-errors.ts'
import { tooMany } from './places.ts'
import { type InUse, partOf, SharedPlaces } from './shared-places.ts'

// How many calls run at once, and how many more may wait for a place. One person has a quarter. Workers of
// one instance have equal parts.
const calls = { all: { running: 512, waiting: 1024 }, share: { running: 128, waiting: 256 } }
const streams = { all: { running: 8192, waiting: 0 }, share: { running: 2048, waiting: 0 } }

type Leave = () => void

/** Gets to know of backends that die and come back. */
type GateListener = { down(backend: string, seconds: number): void; up(backend: string): void }

/**
 * The gate before every backend: a bounded number of places for the calls of all and of each person, and a
 * circuit. When a backend is dead, its circuit opens: it answers callers at once, and sends the backend an
 * occasional probe.
 */
export class Gate {
  readonly #calls = new Map<string, SharedPlaces>()
  readonly #streams = new Map<string, SharedPlaces>()
  readonly #circuits = new Map<string, Circuit>()
  readonly #listener: GateListener | undefined
  readonly #bounds: { calls: typeof calls; streams: typeof streams }

  constructor(listener?: GateListener, workers = 1) {
    this.#listener = listener
    this.#bounds = { calls: partOf(calls, workers), streams: partOf(streams, workers) }
  }

  /** Whether any call is under way; event streams and WebSockets do not count. */
  get isIdle(): boolean {
    for (const places of this.#calls.values()) if (!places.isIdle) return false
    return true
  }

  /** Takes a free place for a call of this person; returns the function that leaves it. */
  take({ name }: Backend, person: string): Leave | undefined {
    return known(this.#calls, name, () => new SharedPlaces(this.#bounds.calls)).take(person)
  }

  /**
   * Waits for such a place, where none is free. Throws
   * `temporarily_unavailable` when too many wait, and after five seconds; throws at once when the caller
   * leaves.
   */
  async enter({ name }: Backend, person: string, sink: Pick<Sink, 'isGone' | 'onGone'>): Promise<Leave> {
    if (sink.isGone()) throw leftByCaller()
    const places = known(this.#calls, name, () => new SharedPlaces(this.#bounds.calls))
    try {
      return await places.wait(person, sink.onGone, leftByCaller())
    } catch (error) {
      if (!sink.isGone()) report('backend.refused', { backend: name, reason: 'places' })
      throw error
    }
  }

  /**
   * The same for an endless call, such as an event stream. These have places of their own, and none waits.
   */
  enterStream({ name }: Backend, person: string): Leave {
    const leave = known(this.#streams, name, () => new SharedPlaces(this.#bounds.streams)).take(person)
    if (leave) return leave
    report('backend.refused', { backend: name, reason: 'places' })
    throw tooMany()
  }

  /**
   * Runs `work`, which waits for a backend's answer to a call of this person. Throws what it throws, and
   * `temporarily_unavailable` without running it while the backend's circuit is open. A call that waits for
   * its caller first, such as an upload, is no probe (`canProbe`).
   */
  async through<Result>(
    { name }: Backend,
    person: string,
    work: () => Promise<Result>,
    { canProbe = true } = {},
  ): Promise<Result> {
    const circuit = known(this.#circuits, name, () => this.#newCircuit(name))
    const as = circuit.admits(person, canProbe)
    if (!as) {
      report('backend.refused', { backend: name, reason: 'circuit' })
      throw new OAuthError('temporarily_unavailable', 'the backend is not answering; try again later', {
        detail: name,
        retryAfter: pause / 1000,
      })
    }
    const began = performance.now()
    const over = (outcome: CallOutcome) =>
      report('backend.call', { backend: name, outcome, seconds: (performance.now() - began) / 1000 })
    try {
      const result = await work()
      circuit.tell('answered', person, as)
      over('answered')
      return result
    } catch (error) {
      const outcome = outcomeOf(error)
      circuit.tell(outcome, person, as)
      over(failures[outcome])
      throw error
    }
  }

  /** The calls and streams of a backend that have a place or wait for one. */
  inUse({ name }: Pick<Backend, 'name'>): { calls: InUse; streams: InUse } {
    const of = (places: Map<string, SharedPlaces>) => places.get(name)?.inUse ?? { running: 0, waiting: 0 }
    return { calls: of(this.#calls), streams: of(this.#streams) }
  }

  /** The state of a backend's circuit. */
  circuitOf({ name }: Pick<Backend, 'name'>): CircuitState {
    return this.#circuits.get(name)?.state ?? 'closed'
  }

  #newCircuit(backend: string): Circuit {
    const down = (seconds: number) => this.#listener?.down(backend, seconds)
    return new Circuit({ down, up: () => this.#listener?.up(backend) })
  }
}

const notReached = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
])

const failures = {
  answered: 'broken',
  unreachable: 'unreachable',
  silent: 'silent',
  nothing: 'abandoned',
} as const satisfies Record<Outcome, CallOutcome>

// A bad answer is an answer.
function outcomeOf(error: unknown): Outcome {
  if (!isOAuthError(error)) return 'nothing'
  const { code, options } = error
  const cause = options.cause as { code?: string } | undefined
  if (cause === callerLeft || cause === callerStalled) return 'nothing'
  if (notReached.has(cause?.code ?? '')) return 'unreachable'
  if (code === 'gateway_timeout') return 'silent'
  return code === 'bad_gateway' ? 'answered' : 'nothing'
}

function known<Value>(values: Map<string, Value>, key: string, make: () => Value): Value {
  const found = values.get(key)
  if (found) return found
  const made = make()
  values.set(key, made)
  return made
}
