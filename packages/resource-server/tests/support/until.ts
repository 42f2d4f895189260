import { vi } from 'vitest'

/** Waits until it holds; of fake timers only those pass that it takes. */
export function until(holds: () => boolean): Promise<void> {
  return vi.waitFor(
    () => {
      if (!holds()) throw new Error('it does not hold yet')
    },
    { timeout: 5000, interval: 5 },
  )
}

/** Lets fake time pass in small steps, and real connections have their turn in between, until it holds. */
export async function passUntil(holds: () => boolean): Promise<void> {
  while (!holds()) {
    await vi.advanceTimersByTimeAsync(50)
    await new Promise((resolve) => setImmediate(resolve))
  }
}
