import { spanAttributes } from '#lib/telemetry/span-attributes.ts'
import { spans } from '#lib/telemetry/spans.ts'

/** `docs/operations/traces.md`, from the catalogue of spans. */
export function spanDocs(): string {
  return [
    '# Traces',
    '<!-- Written by `npm run docs:traces` from lib/telemetry. Do not edit. -->',
    introduction,
    '## Variables',
    variables,
    afterVariables,
    '## All spans',
    table(
      ['span', 'kind', 'when', 'attributes'],
      Object.values(spans).map(({ title, kind, when, attributes }) => [
        `\`${title}\``,
        kind,
        when,
        attributes.map((name) => `\`${name}\``).join(', '),
      ]),
    ),
    afterSpans,
    '## Attributes',
    table(
      ['attribute', 'what it says'],
      Object.entries(spanAttributes).map(([name, meaning]) => [`\`${name}\``, meaning]),
    ),
    '## What is not in them',
    notInThem,
    '## When the receiver is away',
    away,
  ]
    .join('\n\n')
    .concat('\n')
}

const introduction = `\
With the address of an OTLP receiver, such as an [OpenTelemetry
Collector](https://opentelemetry.io/docs/collector/), Baton sends it spans of what it does:

\`\`\`sh
OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318
\`\`\`

A request is a span of the trace that its caller names (\`traceparent\`, W3C Trace Context), else of a new
one. A backend, and the token service, get the span of the call to them as \`traceparent\`, so what they
trace stands below it. The log lines of the request have the same \`traceId\`. Providers get no trace: they
are somebody else's. Without these variables nothing of OpenTelemetry's SDK is loaded and no span is made;
a caller's trace is then passed on as it came.`

const variables = table(
  ['variable', 'what it does'],
  [
    [
      '`OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`',
      'Turn traces on. The first is the address of the receiver, below which spans go to `/v1/traces`; the ' +
        'second the whole address, and goes first. An address that is none keeps Baton from starting.',
    ],
    [
      '`OTEL_TRACES_EXPORTER`',
      '`otlp` turns traces on as well, to `http://localhost:4318` where no address is given; `none` turns ' +
        'them off.',
    ],
    ['`OTEL_SDK_DISABLED`', '`true` turns them off, whatever else is set.'],
    [
      '`OTEL_EXPORTER_OTLP_HEADERS`, `…_TIMEOUT`, `…_COMPRESSION`, and with `_TRACES` before the last word',
      'Headers as `name=value`, separated with commas, percent-encoded; milliseconds for an export ' +
        '(10000); `gzip` or `none`.',
    ],
    [
      '`OTEL_EXPORTER_OTLP_CERTIFICATE`, `…_CLIENT_CERTIFICATE`, `…_CLIENT_KEY`, the same with `_TRACES`',
      'PEM files: the authority that the receiver’s certificate comes from; Baton’s own certificate and ' +
        'key. A file that cannot be read keeps Baton from starting.',
    ],
    [
      '`OTEL_EXPORTER_OTLP_PROTOCOL`, `OTEL_EXPORTER_OTLP_TRACES_PROTOCOL`',
      '`http/protobuf`, which every receiver takes, mostly at port 4318. Not `grpc` (port 4317), not ' +
        '`http/json`.',
    ],
    [
      '`OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES`',
      'What the process calls itself: `service.name` (`baton`), and more as `name=value`, separated with ' +
        'commas. `service.version` is Baton’s.',
    ],
    [
      '`OTEL_TRACES_SAMPLER`, `OTEL_TRACES_SAMPLER_ARG`',
      '`parentbased_always_on` (default), `parentbased_always_off`, `parentbased_traceidratio`, ' +
        '`always_on`, `always_off`, `traceidratio`; the share of traces for those by ratio (1). ' +
        '`parentbased` follows the caller where it names a trace: what it has sampled out is not sent, ' +
        'and backends are told so.',
    ],
    [
      '`OTEL_BSP_SCHEDULE_DELAY`, `OTEL_BSP_EXPORT_TIMEOUT`, `OTEL_BSP_MAX_QUEUE_SIZE`, ' +
        '`OTEL_BSP_MAX_EXPORT_BATCH_SIZE`',
      'Milliseconds between batches (5000) and for one (30000), spans that wait at most (2048; more are ' +
        'dropped), spans of a batch (512).',
    ],
    ['`OTEL_PROPAGATORS`', '`tracecontext` and `baggage` alone: both always pass.'],
  ],
)

const afterVariables = `\
A value that is not known is ignored, as OpenTelemetry's specification says, and told at start
(\`server.advice\`, \`traces.warned\`) and by \`npm run baton -- check\`. Other variables of OpenTelemetry
do nothing: there are no metrics (see [metrics](metrics.md)), no logs (see [events](events.md)), and spans
have neither events nor links to limit. \`HTTP_PROXY\`, \`HTTPS_PROXY\` and \`NO_PROXY\` hold for the
receiver as well; to a receiver by plain http the proxy gets an ordinary request and not a tunnel.`

const afterSpans = `\
A refusal that a caller has to see to (a status below 500) is no failure of the request's span. Calls
follow the conventions: there, a status of 400 or above is one. A failed span has \`error.type\` and the
status \`ERROR\`, never words. A statement is a span only as part of another one: what a process asks the
database on its own, many times a minute, has none. A browser's way through a hand-off or a sign-in is
several requests, and several traces unless the caller names one; the [audit trail](audit.md) ties them
together.

Probes (\`GET /api/health\`, \`GET /api/ready\`) and files of pages have spans like any request: let the
receiver drop what you do not want. Where Next is the entry (\`next start\`), the API alone has spans, a
request's span ends when its answer begins, and the spans of the last seconds before a stop are lost.`

const notInThem = `\
No span has a path, a query, a header other than those of its trace, an address or user agent of a caller,
a token, a nonce, a code, the id of a session or person, a name or an e-mail address, the values of a
statement, or the words of an error. So the conventions' \`url.path\`, \`url.full\`, \`client.address\`,
\`user_agent.original\`, \`db.query.text\` and exception events are missing on purpose. Names of backends,
providers, clients and hosts that Baton calls are there.`

const away = `\
Spans wait in memory and are sent in the background, so a receiver that is away or slow costs no call
anything. Beyond 2048 that wait, spans are dropped. The first batch that is not taken is logged
(\`traces.unsent\`), and the first that is again (\`traces.sent\`). A stop sends what is left once the last
call is over, and waits five seconds for that at most.`

function table(head: string[], body: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...body.map(line)].join('\n')
}
