const shortest = 1000
const longest = 30_000

/**
 * Returns how many milliseconds to wait before the next attempt, after this many failures in a row. The value
 * is random, so that many clients do not return at once: at least one second (or what the server asked for),
 * at most a ceiling that doubles from 2 to 30 seconds.
 */
export function reconnectDelay(failures: number, asked: number = shortest): number {
  const floor = Math.min(Math.max(asked, shortest), longest)
  const ceiling = Math.max(floor, Math.min(2 ** (failures + 1) * 1000, longest))
  return floor + Math.random() * (ceiling - floor)
}

/** Waits until the time is over or the signal aborts. Does not keep the process running. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, milliseconds).unref()
    signal.addEventListener('abort', end)
  })
}
