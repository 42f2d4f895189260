import { LRUCache } from 'lru-cache'
import CircuitBreaker from 'opossum'
import pLimit, { type LimitFunction } from 'p-limit'
import type { Backend } from '#lib/config/schema.ts'
import { isOAuthError, OAuthError } from '#lib/oauth/error.ts'
import { callerStalled } from './forward.ts'

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

type Bound = { running: number; waiting: number }
type Leave = () => void

/**
 * What stands before every backend: places for calls, bounded for each session and each backend, and a circuit that opens
 * when a backend is dead, so that callers get an answer at once and it gets a probe now and then.
 */
export class Gate {
  readonly #backends = new Map<string, LimitFunction>()
  readonly #circuits = new Map<string, CircuitBreaker<[() => Promise<unknown>], unknown>>()
  readonly #sessions = new LRUCache<string, LimitFunction>({ max: mostSessions })
  readonly #streams = new LRUCache<string, LimitFunction>({ max: mostSessions })

  /** Waits for a place and returns the function that leaves it. Throws `temporarily_unavailable` when too many wait. */
  async enter(backend: Backend, sid: string): Promise<Leave> {
    const leaveSession = await take(limitOf(this.#sessions, sid, ofSession), ofSession)
    try {
      const leaveBackend = await take(limitOf(this.#backends, backend.name, ofBackend), ofBackend)
      return () => {
        leaveBackend()
        leaveSession()
      }
    } catch (error) {
      leaveSession()
      throw error
    }
  }

  /** A place for what has no end, such as an event stream, apart from the places of calls. Throws as `enter` does. */
  enterStream(sid: string): Promise<Leave> {
    return take(limitOf(this.#streams, sid, streamsOfSession), streamsOfSession)
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

type Limits = { get(key: string): LimitFunction | undefined; set(key: string, limit: LimitFunction): unknown }

function limitOf(limits: Limits, key: string, bound: Bound): LimitFunction {
  const known = limits.get(key)
  if (known) return known
  const limit = pLimit(bound.running)
  limits.set(key, limit)
  return limit
}

async function take(limit: LimitFunction, { running, waiting }: Bound): Promise<Leave> {
  if (limit.activeCount + limit.pendingCount >= running + waiting)
    throw new OAuthError('temporarily_unavailable', 'too many calls at once', { retryAfter: 1 })
  return new Promise((entered) => {
    limit(() => new Promise<void>((leave) => entered(leave)))
  })
}
