import type { Endpoint } from './endpoint.ts'

/**
 * Makes the function that finds the row of a path: an exact match, with a slash at its end as without, else
 * the first row of the table whose prefix matches. The last row matches everything.
 */
export function matcher(table: readonly Endpoint[]): (path: string) => Endpoint {
  const exact = new Map<string, Endpoint>()
  const prefixes: { prefix: string; endpoint: Endpoint }[] = []
  for (const endpoint of table)
    if (endpoint.path.endsWith('/*')) prefixes.push({ prefix: endpoint.path.slice(0, -1), endpoint })
    else exact.set(endpoint.path, endpoint)

  return (path) => {
    const own = exact.get(path) ?? (path.endsWith('/') ? exact.get(path.slice(0, -1)) : undefined)
    if (own) return own
    for (const { prefix, endpoint } of prefixes) if (path.startsWith(prefix)) return endpoint
    throw new Error(`no row of the table stands for ${path}`)
  }
}
