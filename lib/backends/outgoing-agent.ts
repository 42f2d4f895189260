import { Agent, type Dispatcher, EnvHttpProxyAgent, errors, Pool } from 'undici'
import type { OutgoingProxy } from '#lib/config/outgoing-proxy.ts'
import { pairs } from './request-headers.ts'

/** Milliseconds until a backend must have accepted a connection, or a proxy must have made one. */
const connectTimeout = 10_000

type Making = {
  pipelining: number
  /** Makes what holds one connection. */
  newClient: (origin: URL, options: object) => Dispatcher
  proxy: OutgoingProxy | undefined
}

/** Makes an agent for HTTP/1.1 alone, which goes through the proxy, if it is given. */
export function outgoingAgent({ pipelining, newClient, proxy }: Making): Dispatcher {
  const options: Agent.Options = {
    pipelining,
    connectTimeout,
    allowH2: false,
    factory: (origin, given) => new Pool(origin, { ...given, factory: newClient }),
  }
  if (!proxy) return new Agent(options)
  return new ProxiedAgent({
    ...options,
    ...proxy,
    // For http too, as Node's `fetch` does: no word of the proxy's passes for the backend's answer then.
    proxyTunnel: true,
    proxyTls: { allowH2: false },
    clientFactory: (origin, given) => new Pool(origin, { ...given, headersTimeout: connectTimeout }),
  })
}

// In a list of headers, undici's keeps only the last one of a name.
class ProxiedAgent extends EnvHttpProxyAgent {
  override dispatch(options: Agent.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const { headers } = options
    return super.dispatch(
      { ...options, ...(Array.isArray(headers) && { headers: byName(headers) }) },
      handler,
    )
  }
}

function byName(headers: string[]): Record<string, string | string[]> {
  const named = Object.groupBy(pairs(headers), ([name]) => name.toLowerCase())
  return Object.fromEntries(
    Object.values(named).map(([first, ...more] = []) => {
      const [name, value] = first as [string, string]
      return [name, more.length > 0 ? [value, ...more.map(([, value]) => value)] : value]
    }),
  )
}

/**
 * The error of a connection that was not made, in the words that there are without a proxy: a proxy that
 * refuses counts as a backend that does, and one that is silent as a backend that is.
 */
export function unconnected(error: Error): Error {
  switch ((error as { code?: string }).code) {
    case 'UND_ERR_HEADERS_TIMEOUT':
      return new errors.ConnectTimeoutError('the outgoing proxy made no connection in time')
    case 'UND_ERR_ABORTED':
    case 'UND_ERR_PRX_CONN':
      return Object.assign(new Error('the outgoing proxy made no connection', { cause: error }), {
        code: 'ECONNREFUSED',
      })
    default:
      return error
  }
}
