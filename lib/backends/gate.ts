import { LRUCache } from 'lru-cache'
import CircuitBreaker from 'opossum'
import type { Backend } from '#lib/config/backends.ts'
import { isOAuthError, OAuthError } from '#lib/oauth/error.ts'
import { callerLeft, callerStalled } from './forward.ts'
import { Places } from './places.ts'

// How many calls run at once, and how many more may wait for a place.
const ofBackend = { running: 512, waiting: 1024 }
const ofSession = { running: 128, waiting: 384 }
const streamsOfSession = { running: 1024, waiting: 0 }
const streamsOfBackend = { running: 8192, waiting: 0 }
const mostSessions = 20_000

const circuit = {
  timeout: false,
  rollingCountTimeout: 10_000,
  volumeThreshold: 20,
  errorThresholdPercentage: 50,
  resetTimeout: 5_000,
  rollingPercentilesEnabled: false,
} as const

type Leave = () => void

/**
 * The gate before every backend: a bounded number of places for calls of each session and each backend, and a
 * circuit for each backend. When a backend is dead, its circuit opens: it answers callers at once, and sends
 * the backend an occasional probe.
 */
export class Gate {
  readonly #backends = new Map<string, Places>()
  readonly #circuits = new Map<string, CircuitBreaker<[() => Promise<unknown>], unknown>>()
  readonly #sessions = new LRUCache<string, Places>({ max: mostSessions })
  readonly #streams = new LRUCache<string, Places>({ max: mostSessions })
  readonly #streamsOfBackends = new Map<string, Places>()

  /**
   * Waits for a place and returns the function that leaves it. Throws `temporarily_unavailable` when too many
   * wait.
   */
  enter(backend: Backend, sid: string): Promise<Leave> {
    return takeBoth(
      placesOf(this.#sessions, sid, ofSession),
      placesOf(this.#backends, backend.name, ofBackend),
    )
  }

  /**
   * The same for an endless call, such as an event stream. These have places of their own. Throws as `enter`
   * does.
   */
  enterStream(backend: Backend, sid: string): Promise<Leave> {
    return takeBoth(
      placesOf(this.#streams, sid, streamsOfSession),
      placesOf(this.#streamsOfBackends, backend.name, streamsOfBackend),
    )
  }

  /**
   * Runs `work`, which waits for a backend's answer. Throws what it throws, and `temporarily_unavailable`
   * without running it while the backend's circuit is open. A call that waits for its caller first, such as
   * an upload, is no probe (`canProbe`).
   */
  async through<Result>(
    backend: Backend,
    work: () => Promise<Result>,
    { canProbe = true } = {},
  ): Promise<Result> {
    const breaker = this.#circuitOf(backend)
    // No other call gets through until the probe has ended, and an upload may take as long as its caller
    // wants.
    if (breaker.halfOpen && !canProbe) throw notFor(backend)
    try {
      return (await breaker.fire(work)) as Result
    } catch (error) {
      throw (error as { code?: unknown }).code === 'EOPENBREAKER' ? notFor(backend) : error
    }
  }

  /** Stops its timers. */
  close(): void {
    for (const breaker of this.#circuits.values()) breaker.shutdown()
  }

  #circuitOf({ name }: Backend) {
    const known = this.#circuits.get(name)
    if (known) return known
    const breaker: CircuitBreaker<[() => Promise<unknown>], unknown> = new CircuitBreaker((work) => work(), {
      ...circuit,
      // A probe whose caller has left proves nothing; only an answer closes the circuit.
      errorFilter: (error) =>
        !(isOAuthError(error) && (saysDead(error) || (breaker.halfOpen && isLeft(error)))),
    })
    this.#circuits.set(name, breaker)
    return breaker
  }
}

// A backend is dead when it cannot be connected to or does not answer; bad answers do not count.
const notReached = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'])

function saysDead({ code, options }: OAuthError): boolean {
  const { code: reason } = (options.cause ?? {}) as { code?: string }
  if (code === 'gateway_timeout') return options.cause !== callerStalled
  return reason !== undefined && notReached.has(reason)
}

function isLeft({ options }: OAuthError): boolean {
  return options.cause === callerLeft
}

function notFor({ name }: Backend): OAuthError {
  return new OAuthError('temporarily_unavailable', 'the backend is not answering; try again later', {
    detail: name,
    retryAfter: circuit.resetTimeout / 1000,
  })
}

async function takeBoth(first: Places, second: Places): Promise<Leave> {
  if (!first.take()) await first.wait()
  try {
    if (!second.take()) await second.wait()
  } catch (error) {
    first.leave()
    throw error
  }
  return () => {
    second.leave()
    first.leave()
  }
}

type Known = { get(key: string): Places | undefined; set(key: string, places: Places): unknown }

function placesOf(known: Known, key: string, bound: { running: number; waiting: number }): Places {
  const found = known.get(key)
  if (found) return found
  const places = new Places(bound)
  known.set(key, places)
  return places
}
