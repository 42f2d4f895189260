import type { Draw } from './draws.ts'

/**
 * A step of a request. `use` takes a server of a station for a drawn time, `take` and `give` hold one of the
 * instance over other steps, `pass` lets time go by.
 */
export type Step = { use: string; for: Draw } | { take: string } | { give: string } | { pass: Draw }

/** Requests, one after the other: each comes to the next instance in turn. */
type Operation = readonly (readonly Step[])[]

/** Queues, and what goes through them. */
export type Model = {
  /** Servers of each station that every instance has. */
  ofInstance: Record<string, number>
  instances: number
  /** Servers of each station that there is once. */
  shared: Record<string, number>
  operation: Operation
  /** Operations a second that begin whatever happens, or callers who begin another one after each. */
  load: { perSecond: number } | { callers: number }
  /** When an instance dies, in milliseconds, with all requests in it. New ones come to the others. */
  deathAt?: number
}

/** Milliseconds that it runs, and how many of them are not counted. */
export type Duration = { warmUp: number; until: number }

export type Outcome = {
  perSecond: number
  /** Milliseconds of an operation. */
  mean: number
  p50: number
  p99: number
  /** How much of the servers of each station was taken, of all instances together. */
  busy: Record<string, number>
  /** Operations that died with their instance. */
  lost: number
  /** Operations under way, on average. */
  inside: number
  /** All that began and ended, and those still under way at the end. */
  begun: number
  ended: number
  left: number
}
