import { setGlobalProxyFromEnv } from 'node:http'

/** The proxies of outgoing calls; an empty one is none. */
export type OutgoingProxy = {
  /** For calls by http. */
  httpProxy: string
  /** For calls by https. */
  httpsProxy: string
  /** The hosts that are called without a proxy, in Node's syntax. */
  noProxy: string
}

type Found = {
  outgoingProxy: OutgoingProxy | undefined
  /** The variables that name a proxy and count for nothing, as the switch is off. */
  unusedProxies: string[]
}

/**
 * The proxies that an environment names, as Node's `fetch` reads it: with `NODE_USE_ENV_PROXY` at 1, a name
 * in lower case before the one in upper case, and `HTTP_PROXY` for https as well. Adds to `faults` what is no
 * proxy.
 */
export function outgoingProxyOf(variables: Record<string, string | undefined>, faults: string[]): Found {
  const [https, http, no] = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'].map((upper) => {
    const name = variables[upper.toLowerCase()] === undefined ? upper : upper.toLowerCase()
    return { name, value: variables[name] }
  }) as [Variable, Variable, Variable]
  const named = [https, http].filter(({ value }) => value !== undefined)
  if (variables.NODE_USE_ENV_PROXY !== '1')
    return { outgoingProxy: undefined, unusedProxies: named.map(({ name }) => name) }

  // The value stays out of it, as it may have a password.
  for (const { name, value } of named)
    if (!isProxy(value))
      faults.push(
        `${name}: give the http or https URL of a proxy, such as http://proxy.example.org:3128, with ` +
          'special characters of a user name or password percent-encoded',
      )
  const [httpProxy = '', httpsProxy = httpProxy, noProxy = ''] = [http.value, https.value, no.value]
  const outgoingProxy = named.length > 0 ? { httpProxy, httpsProxy, noProxy } : undefined
  return { outgoingProxy, unusedProxies: [] }
}

type Variable = { name: string; value: string | undefined }

function isProxy(value = ''): boolean {
  const { protocol = '', username = '', password = '' } = URL.parse(value) ?? {}
  try {
    decodeURIComponent(username + password)
  } catch {
    return false
  }
  return protocol === 'http:' || protocol === 'https:'
}

/**
 * Sends all calls of `fetch` through the proxy. Node does so by itself for the environment that it was
 * started with, but not for `.env`.
 */
export function applyOutgoingProxy(found: Pick<Found, 'outgoingProxy'>): void {
  const variables = proxyVariables(found)
  if (variables) setGlobalProxyFromEnv(variables)
}

/** The same proxies as an agent of Node's own takes them; `undefined` for none. */
export function proxyVariables({
  outgoingProxy,
}: Pick<Found, 'outgoingProxy'>): NodeJS.ProcessEnv | undefined {
  if (!outgoingProxy) return undefined
  const { httpProxy, httpsProxy, noProxy } = outgoingProxy
  const variables = { http_proxy: httpProxy, https_proxy: httpsProxy, no_proxy: noProxy }
  return variables as unknown as NodeJS.ProcessEnv
}
