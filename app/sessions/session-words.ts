import type { ReactNode } from 'react'
import { capitalized, deviceName } from '#components/device-words.ts'
import { applicationName } from '#lib/config/application-name.ts'
import { providerOf } from '#lib/config/provider-of.ts'
import type { Say } from '#lib/languages/say.ts'
import { runtime } from '#lib/runtime.ts'
import type { OwnSession } from '#lib/sessions/own-sessions.ts'
import { isolated } from '../isolated.tsx'

/** What a session is called: the app that has it, or the browser. */
export function nameOf({ kind, clientId, device }: OwnSession, say: Say): string {
  if (kind === 'app') return applicationName(clientId, runtime().config) ?? say.t('sessions.anApp')
  return capitalized(deviceName(device, say), say)
}

/** How it began, in a few words. */
export function howItBegan(session: OwnSession, say: Say): ReactNode {
  const { kind, clientId, target, provider: id, parentId, device } = session
  const { t } = say
  const { config } = runtime()
  if (kind === 'app') return t('sessions.began.byApp', { device: deviceName(device, say) })
  if (kind === 'browser') {
    const provider = providerOf(id, config)?.name ?? String(id)
    return t.rich('sessions.began.withProvider', { provider, name: isolated })
  }
  const [name, goal] = [applicationName(clientId, config), applicationName(target, config)]
  const by = parentId === null && name !== undefined ? { name, app: isolated } : undefined
  const to = goal === undefined ? undefined : { goal, to: isolated }
  if (by && to) return t.rich('sessions.began.handedOverByTo', { ...by, ...to })
  if (by) return t.rich('sessions.began.handedOverBy', by)
  return to ? t.rich('sessions.began.handedOverTo', to) : t('sessions.began.handedOver')
}
