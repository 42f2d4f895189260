import { vi } from 'vitest'

/** Waits until the condition holds. Advances fake timers only as far as needed. */
export function until(holds: () => boolean): Promise<void> {
  return vi.waitFor(
    () => {
      if (!holds()) throw new Error('it does not hold yet')
    },
    { timeout: 5000, interval: 5 },
  )
}

/** Advances fake time in small steps, with real I/O in between, until the condition holds. */
export async function passUntil(holds: () => boolean): Promise<void> {
  while (!holds()) {
    await vi.advanceTimersByTimeAsync(50)
    await new Promise((resolve) => setImmediate(resolve))
  }
}
