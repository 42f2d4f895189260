import type { SpanExporter } from '@opentelemetry/sdk-trace'
import type { Logger } from 'pino'
import { tell } from './tell.ts'

const longest = 200

type Result = Parameters<Parameters<SpanExporter['export']>[1]>[0]

/** An exporter that logs when spans can no longer be sent, and when they can again: each once. */
export function tellingExporter(exporter: SpanExporter, log: Logger): SpanExporter {
  let isAway = false
  const note = ({ code, error }: Result) => {
    const fails = code !== 0
    if (fails === isAway) return
    isAway = fails
    if (fails) tell(log, 'traces.unsent', { reason: reasonOf(error) })
    else tell(log, 'traces.sent')
  }
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        note(result)
        // The library would log each batch that is lost.
        done({ code: 0 })
      })
    },
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  }
}

// The body of an answer may repeat what was sent.
function reasonOf(error: (Error & { code?: unknown }) | undefined): string {
  if (!error) return 'no answer'
  const { code, message } = error
  if (typeof code === 'number') return `the collector answers ${code}`
  const text = message === '' && typeof code === 'string' ? code : message
  return text.slice(0, longest)
}
