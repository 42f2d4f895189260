import { FeedRefused } from './errors.ts'
import { createEventStreamParser, type StreamMessage } from './event-stream.ts'
import { openFeed } from './feed-request.ts'
import type { Settings } from './options.ts'
import { pause, reconnectDelay } from './reconnect-delay.ts'
import { longestSilence, watchSilence } from './silence.ts'

export type FeedState = 'idle' | 'connecting' | 'live' | 'refused' | 'closed'

export type FeedListener = {
  /** This session has ended. May be called twice for one session. */
  revoked(sid: string): void
  /** Revocations may have been missed: discard everything remembered about sessions. */
  reset(): void
  /** Baton refuses the feed. It will not connect again. */
  refused(error: FeedRefused): void
}

export type Feed = ReturnType<typeof createFeed>

type Connection = { resumes: boolean; isReady: boolean; lastByteAt: number }

/**
 * Follows Baton's revocation feed from `start()` to `close()`. After a lost connection it reconnects with
 * `Last-Event-ID`, so that Baton sends what was revoked in between.
 */
export function createFeed(
  settings: Pick<Settings, 'baton' | 'authorization' | 'fetch' | 'clock'>,
  listener: FeedListener,
) {
  const { clock } = settings
  const closing = new AbortController()
  let state: FeedState = 'idle'
  let connection: Connection | undefined
  let cursor: string | undefined
  let askedDelay: number | undefined
  let generation: number | undefined
  let generations = 0

  async function run(): Promise<void> {
    for (let failures = 0; ; ) {
      await follow().catch((error: unknown) => {
        if (error instanceof FeedRefused) throw error
      })
      if (closing.signal.aborted) return
      state = 'connecting'
      failures = connection?.isReady ? 0 : failures + 1
      await pause(reconnectDelay(failures, askedDelay), closing.signal)
    }
  }

  /** Runs one connection until it ends. */
  async function follow(): Promise<void> {
    const silence = watchSilence()
    const current: Connection = { resumes: cursor !== undefined, isReady: false, lastByteAt: clock() }
    connection = current
    try {
      const signal = AbortSignal.any([closing.signal, silence.signal])
      const reader = (await openFeed(settings, cursor, signal)).getReader()
      const parse = createEventStreamParser()
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        silence.heard()
        current.lastByteAt = clock()
        for (const message of parse(part.value)) take(message, current)
      }
    } finally {
      silence.stop()
    }
  }

  function take(message: StreamMessage, current: Connection): void {
    if (message.kind === 'id') cursor = message.id || undefined
    else if (message.kind === 'retry') askedDelay = message.milliseconds
    else if (message.kind === 'comment' && message.text === 'ready') ready(current)
    else if (message.kind === 'event' && message.type === 'message') revoke(message.data)
    else if (message.kind === 'event' && message.type === 'reset') reset()
  }

  function ready(current: Connection): void {
    if (!current.resumes || generation === undefined) generation = ++generations
    current.isReady = true
    state = 'live'
  }

  function revoke(data: string): void {
    const sid = sidOf(data)
    if (sid) listener.revoked(sid)
    // This may have been a revocation, but of an unknown session.
    else reset()
  }

  function reset(): void {
    generation = ++generations
    listener.reset()
  }

  return {
    /** Connects. Only the first call has an effect. */
    start(): void {
      if (state !== 'idle') return
      state = 'connecting'
      run().catch((error: unknown) => {
        state = 'refused'
        listener.refused(error as FeedRefused)
      })
    },
    close(): void {
      state = 'closed'
      closing.abort()
    },
    get state(): FeedState {
      return state
    },
    /** Grows with every gap. Between two moments of the same generation no revocation was missed. */
    get generation(): number | undefined {
      return generation
    },
    /** Whether all revocations until now have arrived, give or take a second. */
    isLive(): boolean {
      if (state !== 'live' || !connection) return false
      // Also checks the clock: after a machine wakes from sleep, its timers are late.
      const silentFor = clock() - connection.lastByteAt
      return silentFor >= 0 && silentFor < longestSilence
    },
  }
}

function sidOf(data: string): string | undefined {
  try {
    const { sid } = JSON.parse(data)
    return typeof sid === 'string' && sid !== '' ? sid : undefined
  } catch {
    return undefined
  }
}
