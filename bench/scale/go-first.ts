import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'

const first = -20

/**
 * Lets all threads of these processes go before others, where the system allows that: on a machine that
 * others use as well, their work would be measured too. Returns the function that undoes it.
 */
export function goFirst(pids: readonly number[]): () => void {
  const undo: (() => void)[] = []
  const set = (change: () => () => void) => {
    try {
      undo.push(change())
    } catch {
      // No right to do so, or the thread has ended: it is measured as it is.
    }
  }
  for (const pid of pids) {
    set(() => groupGoesFirst(`/proc/${pid}/autogroup`))
    for (const thread of threadsOf(pid))
      set(() => {
        const before = getPriority(thread)
        setPriority(thread, first)
        return () => setPriority(thread, before)
      })
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

// Linux may share the cores between sessions of processes first (sched(7), autogroup). Then the priority of a
// thread counts within its session alone.
function groupGoesFirst(file: string): () => void {
  const before = /nice (-?\d+)/.exec(readFileSync(file, 'utf8'))?.[1] ?? '0'
  writeFileSync(file, String(first))
  return () => writeFileSync(file, before)
}

function threadsOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number)
  } catch {
    return []
  }
}
