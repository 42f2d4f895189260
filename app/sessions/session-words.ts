import { capitalized, deviceName } from '#components/device-words.ts'
import { applicationName } from '#lib/config/application-name.ts'
import { providerOf } from '#lib/config/provider-of.ts'
import { runtime } from '#lib/runtime.ts'
import type { OwnSession } from '#lib/sessions/own-sessions.ts'

/** What a session is called: the app that has it, or the browser. */
export function nameOf({ kind, clientId, device }: OwnSession): string {
  if (kind === 'app') return applicationName(clientId, runtime().config) ?? 'An app'
  return capitalized(deviceName(device))
}

/** How it began, in a few words. */
export function howItBegan({ kind, clientId, target, provider, parentId, device }: OwnSession): string {
  const { config } = runtime()
  if (kind === 'app') return `Signed in by the app, ${deviceName(device)}`
  if (kind === 'browser') return `Signed in with ${providerOf(provider, config)?.name ?? provider}`
  const goal = applicationName(target, config)
  const app = applicationName(clientId, config)
  const from = parentId === null && app !== undefined ? ` by ${app}` : ''
  return `Handed over${from}${goal === undefined ? '' : ` to ${goal}`}`
}
