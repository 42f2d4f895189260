import type { ApplicationLogos } from '#lib/brand/application-logos.ts'
import { applicationOf } from '#lib/brand/application-of.ts'
import { clientOf } from '#lib/config/client-of.ts'
import type { Config } from '#lib/config/load.ts'
import type { AskingApplication } from '#lib/handoff/handoff-view.ts'

/** What tells of an application. */
export type ApplicationNeeds = {
  config: Pick<Config, 'clients'>
  logos: Pick<ApplicationLogos, 'pathOf'>
}

/**
 * The application of an authorization request, with the host that the request's answer goes to; the rest is
 * what the operator has configured.
 */
export function askingApplication(
  { clientId, redirectUri }: { clientId: string; redirectUri: string | undefined },
  needs: ApplicationNeeds,
): AskingApplication {
  const { name = clientId, logo, policyUri, tosUri } = applicationOf(clientId, needs) ?? {}
  const isNative = clientOf(clientId, needs.config)?.application_type === 'native'
  return { name, host: hostOf(redirectUri, isNative), logo, policyUri, tosUri }
}

// An app on a device has a scheme of its own, which is no host, or a loopback address (RFC 8252, section 7).
function hostOf(address: string | undefined, isNative: boolean): string | undefined {
  const url = URL.parse(address ?? '')
  if (!url || !/^https?:$/.test(url.protocol)) return undefined
  return isNative && url.protocol === 'http:' ? undefined : url.host
}
