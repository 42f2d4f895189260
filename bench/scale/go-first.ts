import { readdirSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'

const first = -20

/**
 * Lets all threads of these processes go before others, where the system allows that: on a machine that
 * others use as well, their work would be measured too. Returns the function that undoes it.
 */
export function goFirst(pids: readonly number[]): () => void {
  const undo: (() => void)[] = []
  for (const thread of pids.flatMap(threadsOf))
    try {
      const before = getPriority(thread)
      setPriority(thread, first)
      undo.push(() => setPriority(thread, before))
    } catch {
      // No right to do so, or the thread has ended: it is measured as it is.
    }
  return () => {
    for (const restore of undo)
      try {
        restore()
      } catch {
        // It has ended meanwhile.
      }
  }
}

function threadsOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number)
  } catch {
    return []
  }
}
