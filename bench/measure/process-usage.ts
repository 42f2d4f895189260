import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

/**
 * Returns the CPU time of processes so far, in microseconds over all threads; `NaN` when the system does not
 * tell.
 */
export function cpuMicroseconds(pids: readonly number[]): number {
  return sum(pids.map((pid) => sum(threadsOf(pid).map((thread) => onCpuNanoseconds(thread))))) / 1000
}

/** Returns the memory that processes hold now, in megabytes. */
export function residentMegabytes(pids: readonly number[]): number {
  return sum(pids.map((pid) => statusMegabytes(pid, 'VmRSS')))
}

/** Returns the peak of memory since `forgetPeak`, in megabytes. */
export function peakMegabytes(pids: readonly number[]): number {
  return sum(pids.map((pid) => statusMegabytes(pid, 'VmHWM')))
}

/** Resets the peak of memory (proc_pid_clear_refs(5)). */
export function forgetPeak(pids: readonly number[]): void {
  for (const pid of pids)
    try {
      writeFileSync(`/proc/${pid}/clear_refs`, '5')
    } catch {
      // Without a reset, the peak since the start is an upper bound.
    }
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}`)
  } catch {
    return []
  }
}

// The scheduler's count is exact; /proc/PID/stat counts in hundredths of a second.
function onCpuNanoseconds(thread: string): number {
  try {
    return Number(readFileSync(`${thread}/schedstat`, 'utf8').split(' ', 1)[0])
  } catch {
    return Number.NaN
  }
}

function statusMegabytes(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Number(new RegExp(`^${field}:\\s*(\\d+) kB`, 'm').exec(status)?.[1]) / 1024
  } catch {
    return Number.NaN
  }
}

function sum(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : values.reduce((total, value) => total + value, 0)
}
