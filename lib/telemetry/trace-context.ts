/** The trace that a request belongs to, as it is passed on. W3C Trace Context, level 1. */
export type TraceContext = {
  traceId: string
  traceparent: string
  tracestate?: string
}

// Sections 3.2.2.1 to 3.2.2.4: a version, the trace, the caller's span, flags. A later version may have more.
const format = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
const nothing = /^0+$/

/** Characters that are passed on. */
const longestState = 512
/** Characters of an entry that stays when there are too many. */
const longestMember = 128
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
    traceparent: `00-${traceId}-${parentId}-${knownFlags(version, flags)}`,
    ...(state && { tracestate: state }),
  }
}

/** The headers by which a call that a request causes belongs to the same trace. */
export function traceHeaders(trace: TraceContext | undefined): Record<string, string> {
  if (!trace) return {}
  const { traceparent, tracestate } = trace
  return { traceparent, ...(tracestate !== undefined && { tracestate }) }
}

// Reserved flags are zero (section 3.2.2.5): of this version `sampled` is known, and the `random` of level 2;
// of a later one `sampled` alone.
function knownFlags(version: string, flags: string): string {
  const known = version === '00' ? 3 : 1
  return `0${Number.parseInt(flags, 16) & known}`
}

function stateOf(tracestate: string): string | undefined {
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
  return isGood ? shortened(members) : undefined
}

// Long entries go first, then those at the end, which are the oldest (section 3.3.1.5).
function shortened(members: string[]): string | undefined {
  const isLong = members.join(',').length > longestState
  const kept = isLong ? members.filter((each) => each.length <= longestMember) : members
  while (kept.join(',').length > longestState) kept.pop()
  return kept.length > 0 ? kept.join(',') : undefined
}
