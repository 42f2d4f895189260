/**
 * Messages of OTLP by their field numbers (opentelemetry-proto: `collector/trace/v1`, `trace/v1`,
 * `resource/v1`, `common/v1`), as far as tests look at them. A list as a field's kind is repeated.
 */
const messages = {
  ExportTraceServiceRequest: { 1: ['resourceSpans', ['ResourceSpans']] },
  ResourceSpans: { 1: ['resource', 'Resource'], 2: ['scopeSpans', ['ScopeSpans']] },
  Resource: { 1: ['attributes', ['KeyValue']] },
  ScopeSpans: { 1: ['scope', 'InstrumentationScope'], 2: ['spans', ['Span']] },
  InstrumentationScope: { 1: ['name', 'text'], 2: ['version', 'text'] },
  Span: {
    1: ['traceId', 'hex'],
    2: ['spanId', 'hex'],
    3: ['traceState', 'text'],
    4: ['parentSpanId', 'hex'],
    5: ['name', 'text'],
    6: ['kind', 'number'],
    7: ['startTimeUnixNano', 'fixed64'],
    8: ['endTimeUnixNano', 'fixed64'],
    9: ['attributes', ['KeyValue']],
    11: ['events', ['Event']],
    13: ['links', ['Link']],
    15: ['status', 'Status'],
  },
  Event: { 2: ['name', 'text'] },
  Link: { 1: ['traceId', 'hex'] },
  Status: { 2: ['message', 'text'], 3: ['code', 'number'] },
  KeyValue: { 1: ['key', 'text'], 2: ['value', 'AnyValue'] },
  AnyValue: { 1: ['stringValue', 'text'], 2: ['boolValue', 'number'], 3: ['intValue', 'number'] },
} as const satisfies Record<string, Record<number, readonly [name: string, kind: string | readonly [string]]>>

type Decoded = { [name: string]: unknown }

/** A message in the wire format of Protocol Buffers (https://protobuf.dev/programming-guides/encoding). */
export function decode(type: string, bytes: Buffer): Decoded {
  const fields: Record<number, readonly [string, string | readonly [string]]> =
    messages[type as keyof typeof messages]
  const decoded: Decoded = {}
  for (let at = 0; at < bytes.length; ) {
    const tag = varint(bytes, at)
    const { value, end } = payload(Number(tag.value & 7n), bytes, tag.end)
    at = end
    const [name, kind] = fields[Number(tag.value >> 3n)] ?? []
    if (name === undefined || kind === undefined) continue
    if (typeof kind === 'string') decoded[name] = contentOf(kind, value)
    else decoded[name] = [...((decoded[name] as unknown[]) ?? []), contentOf(kind[0], value)]
  }
  return decoded
}

function contentOf(kind: string, value: bigint | Buffer): unknown {
  if (typeof value === 'bigint') return kind === 'fixed64' ? value : Number(value)
  if (kind === 'text') return value.toString()
  return kind === 'hex' ? value.toString('hex') : decode(kind, value)
}

function payload(wire: number, bytes: Buffer, at: number): { value: bigint | Buffer; end: number } {
  if (wire === 0) return varint(bytes, at)
  if (wire === 1) return { value: bytes.readBigUInt64LE(at), end: at + 8 }
  if (wire === 5) return { value: BigInt(bytes.readUInt32LE(at)), end: at + 4 }
  if (wire !== 2) throw new Error(`there is no wire type ${wire} in OTLP`)
  const { value: length, end: from } = varint(bytes, at)
  const end = from + Number(length)
  if (end > bytes.length) throw new Error('the message is shorter than it says')
  return { value: bytes.subarray(from, end), end }
}

function varint(bytes: Buffer, from: number): { value: bigint; end: number } {
  let value = 0n
  for (let at = from, shift = 0n; at < bytes.length; at++, shift += 7n) {
    const byte = bytes[at] as number
    value |= BigInt(byte & 0x7f) << shift
    if (byte < 0x80) return { value, end: at + 1 }
  }
  throw new Error('the message ends within a number')
}
