import { addresses } from '../addresses.ts'
import type { Place } from './check-ports.ts'

export type Places = {
  baton: Place
  identityProvider: Place
  backend: Place
  webApplication: Place
  /** In the network alone. */
  front?: Place
  guide?: Place
}

/**
 * Returns where each process of the demo listens.
 *
 * Baton's public address may differ from its port (behind a proxy), so HOST and PORT override BATON_URL.
 */
export function places(env: NodeJS.ProcessEnv): Places {
  const { batonUrl, identityProviderUrl, backendUrl, webUrl } = addresses(env)
  const partner = (address: string) => ({
    host: env.DEMO_TLS_KEY ? '0.0.0.0' : bareHost(address),
    port: Number(new URL(address).port || (env.DEMO_TLS_KEY ? 443 : 80)),
  })
  return {
    ...(env.DEMO_TLS_KEY && {
      front: { name: 'The https front', ...partner(batonUrl), variable: 'BATON_URL' },
      guide: {
        name: 'The guide for phones',
        host: '0.0.0.0',
        port: Number(env.DEMO_GUIDE_PORT),
        variable: 'DEMO_GUIDE_PORT',
      },
    }),
    baton: {
      name: 'Baton',
      host: env.HOST || 'localhost',
      port: Number(env.PORT || new URL(batonUrl).port || 3000),
      variable: env.PORT ? 'PORT' : 'BATON_URL (for example BATON_URL=http://localhost:3100)',
    },
    identityProvider: {
      name: 'The identity provider',
      ...partner(identityProviderUrl),
      variable: 'DEMO_IDP_URL (for example DEMO_IDP_URL=http://127.0.0.1:4100)',
    },
    backend: {
      name: 'The backend',
      ...partner(backendUrl),
      variable: 'DEMO_BACKEND_URL (for example DEMO_BACKEND_URL=http://127.0.0.1:4101)',
    },
    webApplication: {
      name: 'The web application',
      ...partner(webUrl),
      variable: 'DEMO_WEB_URL (for example DEMO_WEB_URL=http://127.0.0.1:4102)',
    },
  }
}

/** Returns the URL at which a process on this machine reaches a place. */
export function localAddress({ host, port }: Place, scheme = 'http'): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `${scheme}://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`
}

function bareHost(address: string): string {
  return new URL(address).hostname.replace(/^\[|\]$/g, '')
}
