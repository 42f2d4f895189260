import { cpuMicroseconds } from './process-usage.ts'
import { median, percentile } from './statistics.ts'

/** One caller. It repeats the same call, and throws on a wrong answer. */
export type Caller = { call(): Promise<void>; close(): void }

export type LoadOptions = {
  /** The processes whose CPU time is measured. */
  pids: readonly number[]
  callers: number
  open(index: number): Promise<Caller>
}

type LoadResult = {
  perSecond: number
  /** CPU time of the servers per call. */
  cpuMicroseconds: number
  p50: number
  p99: number
  /** How many cores the servers kept busy. Near 1 for one process means that this process was the limit. */
  busy: number
}

/**
 * Keeps `callers` calls in progress for `settle` seconds without measuring, then for `seconds` with
 * measuring.
 */
export async function load(
  { pids, callers, open }: LoadOptions,
  { settle, seconds }: { settle: number; seconds: number },
): Promise<LoadResult> {
  // One after the other: of connections that come at once one worker may get nearly all.
  const all: Caller[] = []
  for (let index = 0; index < callers; index++) all.push(await open(index))
  try {
    await keepCalling(all, settle)
    const cpuBefore = cpuMicroseconds(pids)
    const began = performance.now()
    const milliseconds = await keepCalling(all, seconds)
    const elapsed = performance.now() - began
    const cpu = cpuMicroseconds(pids) - cpuBefore
    return {
      perSecond: milliseconds.length / (elapsed / 1000),
      cpuMicroseconds: cpu / milliseconds.length,
      p50: percentile(milliseconds, 0.5),
      p99: percentile(milliseconds, 0.99),
      busy: cpu / 1000 / elapsed,
    }
  } finally {
    for (const caller of all) caller.close()
  }
}

/**
 * Calls for at least `least` seconds, then until the last four seconds are within a tenth of their median,
 * but at most `patience` times as long.
 */
export async function warmUp(
  options: LoadOptions,
  { least, patience }: { least: number; patience: number },
): Promise<void> {
  const window = Math.min(1, least / 4)
  const began = performance.now()
  const passed = () => (performance.now() - began) / 1000
  const rates: number[] = []
  while (passed() < least || (passed() < patience * least && !isSteady(rates.slice(-4))))
    rates.push((await load(options, { settle: 0, seconds: window })).perSecond)
}

function isSteady(rates: readonly number[]): boolean {
  const middle = median(rates)
  return rates.every((rate) => Math.abs(rate - middle) <= middle / 10)
}

async function keepCalling(callers: readonly Caller[], seconds: number): Promise<number[]> {
  const milliseconds: number[] = []
  if (seconds === 0) return milliseconds
  const deadline = performance.now() + seconds * 1000
  await Promise.all(
    callers.map(async (caller) => {
      for (let began = performance.now(); began < deadline; ) {
        await caller.call()
        const ended = performance.now()
        milliseconds.push(ended - began)
        began = ended
      }
    }),
  )
  return milliseconds
}
