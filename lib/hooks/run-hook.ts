import { setTimeout as sleep } from 'node:timers/promises'
import type { Hooks } from './hooks.ts'

/** Why a hook has no result: it threw, took too long, or gave something that is none. */
export class HookError extends Error {
  override readonly name = 'HookError'
}

/** Calls of one hook that run at the same time, those included that are not waited for any longer. */
const most = 1_000
const running: Record<keyof Hooks, number> = { onSignIn: 0, claims: 0, onEvent: 0 }

/** Whether as many calls of a hook run as may. */
export function isBusy(name: keyof Hooks): boolean {
  return running[name] >= most
}

/**
 * What a hook gives within so many milliseconds. Its signal is aborted afterwards, whatever it does. Throws
 * `HookError`; what came too late because the hook let nothing else run counts as nothing as well.
 */
export async function runHook<Result>(
  name: keyof Hooks,
  hook: (around: { signal: AbortSignal }) => Result | Promise<Result>,
  milliseconds: number,
): Promise<Result> {
  if (isBusy(name)) throw new HookError(`${most} calls of it are running`)
  const over = new AbortController()
  const began = performance.now()
  const late = () => new HookError(`it took longer than ${milliseconds} ms`)
  const wait = async () => {
    await sleep(milliseconds, undefined, { signal: over.signal })
    throw late()
  }
  running[name]++
  // Called within a promise: what it throws at once is a rejection like any other.
  const asked = Promise.resolve().then(() => hook({ signal: over.signal }))
  const done = () => void running[name]--
  asked.then(done, done)
  try {
    const result = await Promise.race([asked, wait()])
    if (performance.now() - began > milliseconds) throw late()
    return result
  } catch (error) {
    throw error instanceof HookError ? error : new HookError('it threw', { cause: error })
  } finally {
    over.abort()
  }
}
