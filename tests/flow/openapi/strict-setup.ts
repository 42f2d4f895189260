import { methods } from '#lib/endpoints/endpoint.ts'
import type { serversToClose } from '../../support/closing.ts'
import { fullConfig } from '../../support/full-config.ts'
import { listen } from '../../support/partners.ts'
import { startTokenService } from '../../support/servers/token-service.ts'
import type { Setup } from '../../support/stage.ts'

type Closing = ReturnType<typeof serversToClose>['add']

/** How backends fail. */
export const failing = ['absent', 'silent', 'breaking'] as const

/** The name of the backend that fails in this way, for calls by one method. */
export const nameOf = (how: (typeof failing)[number], method: string) => `${how}-${method.toLowerCase()}`

const one = { max: 1, seconds: 600 }

/**
 * Limits of one, backends that are absent, silent or break off, and a token service that is silent at the
 * first call and then breaks off. Of several workers each counts the DPoP proofs of backends as well.
 */
export async function strictSetup(closing: Closing): Promise<Setup> {
  const [silent, breaking, service] = await Promise.all([
    closing(listen(() => {})),
    closing(listen(({ socket }) => socket.destroy())),
    closing(startTokenService()),
  ])
  let calls = 0
  service.will(({ socket }) => calls++ > 0 && socket.destroy())
  const urls = { absent: 'http://127.0.0.1:1', silent: silent.url, breaking: breaking.url }
  return {
    env: { WEB_CONCURRENCY: '2' },
    config: (partners) =>
      fullConfig(partners, {
        trustedProxies: ['127.0.0.0/8'],
        limits: { nonces: one, handoffs: one, signIns: one, clientSecrets: one },
        backends: failing.flatMap((how) =>
          ['any', ...methods].map((method) => ({
            ...partners.backendOfBoth,
            name: nameOf(how, method),
            url: urls[how],
            timeoutMs: 500,
          })),
        ),
        tokenService: { url: service.url, clientId: 'baton', clientSecret: 'a secret' },
      }),
  }
}
