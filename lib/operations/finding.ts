/** What a check has found. */
export type Finding = {
  /** What was looked at. */
  name: string
  status: 'ok' | 'warning' | 'fault'
  message: string
  /** What the operator can do. */
  advice?: string
}

type Written = [message: string, advice?: string]

/** Makes findings about one thing. */
export function findingsOn(name: string) {
  const of =
    (status: Finding['status']) =>
    (...[message, advice]: Written): Finding => ({ name, status, message, ...(advice && { advice }) })
  return { ok: of('ok'), warning: of('warning'), fault: of('fault') }
}

/** Seconds by which a clock may differ before that is told. */
const noticed = 5

/** How far another clock is ahead, from a moment before its answer and its own word; in seconds. */
export function aheadBy(before: number, theirs: number, after = Date.now()): number {
  return Math.round((theirs - (before + after) / 2) / 1000)
}

/** What to say of a clock that is so many seconds ahead. */
export function skewText(seconds: number): string | undefined {
  if (Math.abs(seconds) <= noticed) return undefined
  return `${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} the clock of this machine`
}
