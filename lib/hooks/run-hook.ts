import { setTimeout as sleep } from 'node:timers/promises'

/** Why a hook has no result: it threw, took too long, or gave something that is none. */
export class HookError extends Error {
  override readonly name = 'HookError'
}

/**
 * What a hook gives within so many milliseconds. Its signal is aborted afterwards, whatever it does. Throws
 * `HookError`.
 */
export async function runHook<Result>(
  hook: (around: { signal: AbortSignal }) => Result | Promise<Result>,
  milliseconds: number,
): Promise<Result> {
  const over = new AbortController()
  const late = async () => {
    await sleep(milliseconds, undefined, { signal: over.signal })
    throw new HookError(`it took longer than ${milliseconds} ms`)
  }
  try {
    // Called within a promise: what it throws at once is a rejection like any other.
    const asked = Promise.resolve().then(() => hook({ signal: over.signal }))
    return await Promise.race([asked, late()])
  } catch (error) {
    throw error instanceof HookError ? error : new HookError('it threw', { cause: error })
  } finally {
    over.abort()
  }
}
