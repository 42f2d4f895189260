import type { Bench } from '../bench.ts'
import { formRequest } from '../measure/request-bytes.ts'
import { startServer } from '../measure/start-server.ts'

export const plainOidcProviderName = 'plain oidc-provider'

/** A server that answers introspection requests, and such a request for a valid token. */
export type Introspection = { name: string; pids: readonly number[]; port: number; request: Buffer }

const secret = 'the secret of the bench'
/** HTTP Basic credentials of the bench's client (RFC 6749, section 2.3.1). */
export const authorization = `Basic ${btoa(`bench:${secret.replaceAll(' ', '+')}`)}`
export const benchClient = { client_id: 'bench', client_secret: secret }

/** Returns plain `oidc-provider` with a token for a client. */
export function plainOidcProviderOf(bench: Bench): Promise<Introspection> {
  return bench.once(plainOidcProviderName, async () => {
    const { process, port, host } = await startServer(bench, {
      name: plainOidcProviderName,
      args: () => [new URL('./plain-oidc-provider-server.ts', import.meta.url).pathname],
      env: { BENCH_SECRET: secret },
      cores: bench.cores.server,
      ready: '/.well-known/openid-configuration',
    })
    const answer = await fetch(`http://${host}/token`, {
      method: 'POST',
      headers: { authorization },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    })
    const { access_token } = (await answer.json()) as { access_token?: string }
    if (!access_token) throw new Error(`no token of plain oidc-provider: ${answer.status}`)
    const request = formRequest('/token/introspection', { host, authorization }, { token: access_token })
    return { name: plainOidcProviderName, pids: [process.pid], port, request }
  })
}
