const shortest = 1000
const longest = 30_000

/**
 * Milliseconds to wait before the next attempt, after so many that failed in a row: anything between a second (or
 * what the server asked for) and a ceiling that doubles from 2 to 30 seconds, so that many do not come back at once.
 */
export function reconnectDelay(failures: number, asked: number = shortest): number {
  const floor = Math.min(Math.max(asked, shortest), longest)
  const ceiling = Math.max(floor, Math.min(2 ** (failures + 1) * 1000, longest))
  return floor + Math.random() * (ceiling - floor)
}

/** Waits, but no longer than until the signal; keeps no process running. */
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
