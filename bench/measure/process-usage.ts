import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

/** Microseconds of CPU that the processes have used so far, all threads; `NaN` where the system does not tell. */
export function cpuMicroseconds(pids: readonly number[]): number {
  return sum(pids.map((pid) => sum(threadsOf(pid).map((thread) => onCpuNanoseconds(thread))))) / 1000
}

/** Megabytes of memory that the processes hold now. */
export function residentMegabytes(pids: readonly number[]): number {
  return sum(pids.map((pid) => statusMegabytes(pid, 'VmRSS')))
}

/** Megabytes that the processes held at most since `forgetPeak`. */
export function peakMegabytes(pids: readonly number[]): number {
  return sum(pids.map((pid) => statusMegabytes(pid, 'VmHWM')))
}

/** Lets the peak of memory begin anew (proc_pid_clear_refs(5)). */
export function forgetPeak(pids: readonly number[]): void {
  for (const pid of pids)
    try {
      writeFileSync(`/proc/${pid}/clear_refs`, '5')
    } catch {
      // Where it cannot be reset, the peak since the start is the honest upper bound.
    }
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}`)
  } catch {
    return []
  }
}

// The scheduler's own count is exact; that of /proc/PID/stat moves by hundredths of a second.
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
