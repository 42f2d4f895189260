import { channel } from 'node:diagnostics_channel'

/** What is reported while it happens, for those who count it. */
export type Reports = {
  /** The answer to a request is over. */
  request: {
    /** The row of the table of endpoints; `undefined` for what was refused before one was found. */
    route: string | undefined
    method: string | undefined
    /** `undefined` when there was no answer. */
    status: number | undefined
    seconds: number
    backend: string | undefined
    /** Whether it was an event stream or a WebSocket, which end when somebody leaves. */
    isStream: boolean
  }
  /** A backend has answered, as far as the head of its answer, or the call has failed before that. */
  'backend.call': { backend: string; outcome: CallOutcome; seconds: number }
  /** A call was refused without a word to its backend. */
  'backend.refused': { backend: string; reason: WhyUncalled }
  /** An event of the audit trail has been committed. */
  handoff: { type: string; reason: string | null; event: Readonly<Record<string, unknown>> }
  /** A nonce was redeemed, so many seconds after it was issued. */
  'handoff.redeemed': { seconds: number }
  /** A refresh at a provider is over, or a caller has got what another caller's refresh brought. */
  refresh: { provider: string; outcome: RefreshOutcome }
  /** An operator's call to sign a person out everywhere is over: `done`, or the error code. */
  global_sign_out: { outcome: string }
  /** A limit has refused somebody. */
  'limit.refused': { limit: string }
}

/**
 * `broken`: it answered with something that is no HTTP, or broke off. `abandoned`: the caller left, or was
 * itself too slow or its body too long.
 */
export type CallOutcome = 'answered' | 'broken' | 'unreachable' | 'silent' | 'abandoned'

/** `circuit`: the last calls found it dead. `places`: too many calls at once. */
type WhyUncalled = 'circuit' | 'places'

export type RefreshOutcome = 'done' | 'saved' | 'failed' | 'given_up'

// By Node's channels, which are the same for Next's bundle and the server, two copies of this file.
const channels = {
  request: channel('baton.request'),
  'backend.call': channel('baton.backend.call'),
  'backend.refused': channel('baton.backend.refused'),
  handoff: channel('baton.handoff'),
  'handoff.redeemed': channel('baton.handoff.redeemed'),
  refresh: channel('baton.refresh'),
  global_sign_out: channel('baton.global_sign_out'),
  'limit.refused': channel('baton.limit.refused'),
} satisfies Record<keyof Reports, unknown>

/** Reports to whoever listens. Where nobody does, it costs next to nothing. */
export function report<Name extends keyof Reports>(name: Name, what: Reports[Name]): void {
  if (channels[name].hasSubscribers) channels[name].publish(what)
}

/** Whether anybody listens. */
export function isListenedTo(name: keyof Reports): boolean {
  return channels[name].hasSubscribers
}

/** Calls `act` with each report of this name; returns the function that ends that. `act` must not throw. */
export function onReport<Name extends keyof Reports>(
  name: Name,
  act: (what: Reports[Name]) => void,
): () => void {
  const listener = (what: unknown) => act(what as Reports[Name])
  channels[name].subscribe(listener)
  return () => channels[name].unsubscribe(listener)
}
