import { LRUCache } from 'lru-cache'
import CircuitBreaker from 'opossum'
import type { Backend } from '#lib/config/schema.ts'
import { isOAuthError, OAuthError } from '#lib/oauth/error.ts'
import { callerStalled } from './forward.ts'
import { Places } from './places.ts'

// How many calls run at once, and how many more may wait for one of these places.
const ofBackend = { running: 512, waiting: 1024 }
const ofSession = { running: 128, waiting: 256 }
const streamsOfSession = { running: 1024, waiting: 0 }
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
 * What stands before every backend: places for calls, bounded for each session and each backend, and a circuit that opens
 * when a backend is dead, so that callers get an answer at once and it gets a probe now and then.
 */
export class Gate {
  readonly #backends = new Map<string, Places>()
  readonly #circuits = new Map<string, CircuitBreaker<[() => Promise<unknown>], unknown>>()
  readonly #sessions = new LRUCache<string, Places>({ max: mostSessions })
  readonly #streams = new LRUCache<string, Places>({ max: mostSessions })

  /** Waits for a place and returns the function that leaves it. Throws `temporarily_unavailable` when too many wait. */
  async enter(backend: Backend, sid: string): Promise<Leave> {
    const session = placesOf(this.#sessions, sid, ofSession)
    if (!session.take()) await session.wait()
    try {
      const those = placesOf(this.#backends, backend.name, ofBackend)
      if (!those.take()) await those.wait()
      return () => {
        those.leave()
        session.leave()
      }
    } catch (error) {
      session.leave()
      throw error
    }
  }

  /** A place for what has no end, such as an event stream, apart from the places of calls. Throws as `enter` does. */
  async enterStream(sid: string): Promise<Leave> {
    const streams = placesOf(this.#streams, sid, streamsOfSession)
    if (!streams.take()) await streams.wait()
    return () => streams.leave()
  }

  /**
   * Runs what waits for a backend's answer. Throws what it throws, and `temporarily_unavailable` without running it while the
   * backend's circuit is open.
   */
  async through<Result>(backend: Backend, work: () => Promise<Result>): Promise<Result> {
    try {
      return (await this.#circuitOf(backend).fire(work)) as Result
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'EOPENBREAKER') throw error
      throw new OAuthError('temporarily_unavailable', 'the backend has not answered for a while', {
        detail: backend.name,
        retryAfter: circuit.resetTimeout / 1000,
      })
    }
  }

  /** Stops its timers. */
  close(): void {
    for (const breaker of this.#circuits.values()) breaker.shutdown()
  }

  #circuitOf({ name }: Backend) {
    const known = this.#circuits.get(name)
    if (known) return known
    const breaker = new CircuitBreaker((work: () => Promise<unknown>) => work(), {
      ...circuit,
      errorFilter: (error) => !(isOAuthError(error) && saysDead(error)),
    })
    this.#circuits.set(name, breaker)
    return breaker
  }
}

// Dead is a backend that cannot be connected to or does not answer; one that answers badly is alive.
const notReached = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'])

function saysDead({ code, options }: OAuthError): boolean {
  const { code: reason } = (options.cause ?? {}) as { code?: string }
  if (code === 'gateway_timeout') return options.cause !== callerStalled
  return reason !== undefined && notReached.has(reason)
}

type Known = { get(key: string): Places | undefined; set(key: string, places: Places): unknown }

function placesOf(known: Known, key: string, bound: { running: number; waiting: number }): Places {
  const found = known.get(key)
  if (found) return found
  const places = new Places(bound)
  known.set(key, places)
  return places
}
