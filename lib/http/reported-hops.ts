/**
 * The addresses that a request has come through as its headers tell, the farthest first. One of `Forwarded`
 * (RFC 7239) and `X-Forwarded-For` is enough: where both are there, they say the same.
 */
export function reportedHops(forwardedFor: string | undefined, forwarded: string | undefined): string[] {
  // Most proxies write the older one.
  return forwardedFor === undefined ? hopsOfForwarded(forwarded ?? '') : hopsOfForwardedFor(forwardedFor)
}

/** The hops of `X-Forwarded-For`. */
export function hopsOfForwardedFor(value: string): string[] {
  return value.split(',').map((hop) => hop.trim())
}

/** The hops of `Forwarded`; an element that names none is an empty text. */
export function hopsOfForwarded(value: string): string[] {
  return forwardedElements(value).map(({ hop }) => hop)
}

/** The elements of `Forwarded`: the hop of each, and the hosts that it says were asked for there. */
export function forwardedElements(value: string): { hop: string; hosts: string[] }[] {
  return elements(value).map((element) => ({
    hop: (valuesOf('for', element)[0] ?? '').replace(/^\[([^\]]*)\](:\d+)?$/, '$1'),
    hosts: valuesOf('host', element),
  }))
}

// RFC 7239, section 4: tokens or quoted strings, and each name once.
function valuesOf(name: string, element: string): string[] {
  return [...element.matchAll(/(?:^|;)\s*([\w-]+)=(?:"([^"]*)"|([^;\s"]*))/g)]
    .filter(([, found = '']) => found.toLowerCase() === name)
    .map(([, , quoted, plain = '']) => quoted ?? plain)
}

// Read from the end, where the nearest proxy has written: a caller's quote that is never closed reaches no
// further than the caller's own part.
function elements(value: string): string[] {
  const found: string[] = []
  let end = value.length
  let isQuoted = false
  for (let at = value.length - 1; at >= 0; at--) {
    if (value[at] === '"') isQuoted = !isQuoted
    if (value[at] !== ',' || isQuoted) continue
    found.unshift(value.slice(at + 1, end).trim())
    end = at
  }
  return [value.slice(0, end).trim(), ...found]
}
