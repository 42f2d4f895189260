import type { ChildProcess } from 'node:child_process'
import { Writable } from 'node:stream'
import { writePlainly } from '#lib/telemetry/capture-output.ts'
import { WholeLines } from './whole-lines.ts'

const names = ['stdout', 'stderr'] as const

// A worker whose reader is slow waits, and drops lines as one process alone does.
const outputs = names.map((name) =>
  new Writable({
    write: (chunk, _, done) => writePlainly(name, chunk, () => done()),
  }).setMaxListeners(0),
)

/** Writes what a worker writes to this process's own outputs, line by line. */
export function passOnOutput(worker: ChildProcess): void {
  for (const [index, name] of names.entries())
    worker[name]?.pipe(new WholeLines()).pipe(outputs[index] as Writable, { end: false })
}
