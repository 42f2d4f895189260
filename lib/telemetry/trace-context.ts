/** The trace that a request belongs to, as it is passed on. W3C Trace Context, level 1. */
export type TraceContext = {
  traceId: string
  traceparent: string
  tracestate?: string
}

// Sections 3.2.2.1 to 3.2.2.4: a version, the trace, the caller's span, flags. A later version may have more.
const format = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
const nothing = /^0+$/

const longestState = 512
const mostMembers = 32
// Section 3.3.2.2: a key of a vendor, or of a tenant at a vendor; and a value.
const simpleKey = '[a-z][a-z0-9_\\-*/]{0,255}'
const tenantKey = '[a-z0-9][a-z0-9_\\-*/]{0,240}@[a-z][a-z0-9_\\-*/]{0,13}'
const value = '[\\x20-\\x2b\\x2d-\\x3c\\x3e-\\x7e]{0,255}[\\x21-\\x2b\\x2d-\\x3c\\x3e-\\x7e]'
const member = new RegExp(`^(?:${simpleKey}|${tenantKey})=${value}$`)

/**
 * The trace that these headers name; `undefined` where `traceparent` is absent, repeated or malformed. A
 * header of a later version is passed on as one of version 00. A malformed `tracestate` is dropped. W3C Trace
 * Context, sections 3.2 to 3.4 and 4.3.
 */
export function traceContext(
  traceparent: string | undefined,
  tracestate: string | undefined,
): TraceContext | undefined {
  if (traceparent === undefined) return undefined
  const [, version, traceId = '', parentId = '', flags = '', more] = format.exec(traceparent) ?? []
  if (version === undefined || version === 'ff' || nothing.test(traceId) || nothing.test(parentId))
    return undefined
  if (version === '00' && more !== undefined) return undefined
  const state = tracestate === undefined ? undefined : stateOf(tracestate)
  return {
    traceId,
    traceparent: version === '00' ? traceparent : `00-${traceId}-${parentId}-${sampled(flags)}`,
    ...(state && { tracestate: state }),
  }
}

/** The headers by which a call that a request causes belongs to the same trace. */
export function traceHeaders(trace: TraceContext | undefined): Record<string, string> {
  if (!trace) return {}
  const { traceparent, tracestate } = trace
  return { traceparent, ...(tracestate !== undefined && { tracestate }) }
}

// Of a later version's flags only this one is known.
function sampled(flags: string): '00' | '01' {
  return Number.parseInt(flags, 16) & 1 ? '01' : '00'
}

function stateOf(tracestate: string): string | undefined {
  if (tracestate.length > longestState) return undefined
  const members = tracestate
    .split(',')
    .map((each) => each.replace(/^[ \t]+|[ \t]+$/g, ''))
    .filter((each) => each !== '')
  const keys = new Set(members.map((each) => each.slice(0, each.indexOf('='))))
  const isGood =
    members.length > 0 &&
    members.length <= mostMembers &&
    keys.size === members.length &&
    members.every((each) => member.test(each))
  return isGood ? members.join(',') : undefined
}
