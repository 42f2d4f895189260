import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { onReport } from '#lib/telemetry/reports.ts'
import { tell } from '#lib/telemetry/tell.ts'
import type { Hooks, TrailEvent } from './hooks.ts'
import { isBusy, runHook } from './run-hook.ts'

/** Milliseconds after which a call of the hook is not waited for. */
const longest = 5_000

/**
 * Tells `onEvent` of each event of the audit trail that this process commits; one that comes while too many
 * calls run is not told. The function that it gives ends that, once what runs is over.
 */
export function tellHook({ hooks, log }: { hooks: Hooks; log: Logger }): () => Promise<void> {
  const { onEvent } = hooks
  if (!onEvent) return async () => {}
  const waitedFor = new Set<Promise<void>>()
  let dropped = 0
  const stop = onReport('handoff', ({ event }) => {
    if (isBusy('onEvent')) {
      // Once for each time that there are too many.
      if (dropped++ === 0) tell(log, 'hook.dropped', { hook: 'onEvent' })
      return
    }
    dropped = 0
    const copy = structuredClone(event) as unknown as TrailEvent
    const call = runHook('onEvent', async (around) => void (await onEvent(copy, around)), longest)
      .catch((error) => tell(log, 'hook.failed', { hook: 'onEvent', err: error }))
      .finally(() => waitedFor.delete(call))
    waitedFor.add(call)
  })
  return async () => {
    stop()
    await Promise.race([Promise.all(waitedFor), sleep(longest, undefined, { ref: false })])
  }
}
