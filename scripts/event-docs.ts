import { eventFields } from '#lib/telemetry/event-fields.ts'
import { type EventName, events } from '#lib/telemetry/events.ts'
import { helpOn } from '#lib/telemetry/help.ts'

/** `docs/operations/events.md`, from the catalogue of events. */
export function eventDocs(): string {
  const groups = Map.groupBy(Object.entries(events), ([name]) => name.split('.')[0] ?? name)
  return [
    '# Events',
    '<!-- Written by `npm run docs:events` from lib/telemetry. Do not edit. -->',
    introduction,
    example,
    afterExample,
    '## All events',
    table(
      ['event', 'level', 'when', 'fields'],
      [...groups.values()]
        .flat()
        .map(([name, { level, when, fields, isExplained }]) => [
          isExplained ? `[\`${name}\`](${helpFrom(name as EventName)})` : `\`${name}\``,
          level,
          when,
          fields.map((field) => `\`${field}\``).join(', '),
        ]),
    ),
    '## Fields',
    table(
      ['field', 'what it says'],
      Object.entries(eventFields).map(([name, meaning]) => [`\`${name}\``, meaning]),
    ),
  ]
    .join('\n\n')
    .concat('\n')
}

// From the folder of this document.
function helpFrom(name: EventName): string {
  return helpOn(name, { code: 'refusals' }).replace('docs/', '../')
}

const introduction = `\
Baton writes its log to the standard output, one JSON object in each line, and nothing else: what a library
writes becomes a line too (\`output\`). \`LOG_FORMAT=pretty\` is for people, \`LOG_LEVEL\` sets the least
severe level. Only a fault from before the log can be opened, such as a bad configuration, is plain text on
the error output. A request looks like this (here in several lines):`

const example = `\
\`\`\`json
{
  "level": "info",
  "time": "2026-11-27T18:24:05.123Z",
  "requestId": "0b9b4a57-2c55-4f6f-9f5c-7c4f2f1d1b52",
  "traceId": "4bf92f3577b34da6a3ce929d0e0e4736",
  "event": "access",
  "method": "GET",
  "route": "/api/backends/*",
  "status": 200,
  "ms": 12.4,
  "bytes": 1312,
  "sid": "5d0b6c1e-6d3e-4c0f-8a46-2f1c3b7a9e10",
  "backend": "orders",
  "address": "203.0.113.7",
  "msg": "answered"
}
\`\`\``

const afterExample = `\
Every line has \`level\`, \`time\` (ISO 8601, UTC), \`event\` and \`msg\`, the words for people; search by
\`event\`, as the words may change. A line that a request causes has its \`requestId\`, the
\`X-Request-Id\` of its answer, and, where the caller names a trace (W3C Trace Context) or
[traces](traces.md) are on, its \`traceId\`. Fields that say nothing are left out. A line about which
somebody may want to do something has \`help\`, the place that explains it, such as
\`docs/troubleshooting.md#backend-down\`. No line has a token, a nonce, a cookie, a code, a query or a raw
path.`

function table(head: string[], body: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...body.map(line)].join('\n')
}
