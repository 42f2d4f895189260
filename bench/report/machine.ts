import { cpus } from 'node:os'
import type { Cores } from '../measure/cores.ts'

/** Describes the machine of the run, as fields and as a sentence. */
export function machine({ allowed, server, generator, partner }: Cores) {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor'
  const places =
    server === undefined
      ? 'nothing is kept to a core'
      : `the server under test keeps to core ${server}, the load generator to ${generator}, ` +
        `backend and database to ${partner}`
  return {
    node: process.version,
    model,
    cores: allowed,
    sentence: `Node.js ${process.version}, ${allowed} cores (${model}): ${places}.`,
  }
}
