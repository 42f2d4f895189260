import type { ReactNode } from 'react'
import { capitalized, deviceName, placeWords } from '#components/device-words.ts'
import { Time } from '#components/time.tsx'
import type { SeenDevice, SeenEvent } from '#lib/audit/own-activity.ts'
import { applicationName } from '#lib/config/application-name.ts'
import type { WhyEnded, WhyRefused } from '#lib/db/audit-events.ts'
import type { Say } from '#lib/languages/say.ts'
import { runtime } from '#lib/runtime.ts'
import { isolated } from './isolated.tsx'

/** What an event says, in a sentence. */
export function eventWords({ type, reason, sourceClientId, target }: SeenEvent, { t }: Say): ReactNode {
  const { config } = runtime()
  const goal = applicationName(target, config)
  const to = goal === undefined ? undefined : { goal, to: isolated }
  switch (type) {
    case 'issued': {
      if (reason === 'user_code')
        return to ? t.rich('activity.event.codeOpenedOf', to) : t('activity.event.codeOpened')
      const name = applicationName(sourceClientId, config)
      const by = name === undefined ? undefined : { name, app: isolated }
      if (by && to) return t.rich('activity.event.issuedByFor', { ...by, ...to })
      if (by) return t.rich('activity.event.issuedBy', by)
      return to ? t.rich('activity.event.issuedFor', to) : t('activity.event.issued')
    }
    case 'redeemed':
      return to ? t.rich('activity.event.redeemedAt', to) : t('activity.event.redeemed')
    case 'refused': {
      if (reason === 'denied' && to) return t.rich('activity.event.deniedTo', to)
      const why = `activity.refused.${reason as WhyRefused}` as const
      return t.has(why) ? t(why) : t('activity.event.refused')
    }
    case 'revoked': {
      const why = `activity.ended.${reason as WhyEnded}` as const
      return t.has(why) ? t(why) : t('activity.event.revoked')
    }
    default:
      return t(`activity.event.${type}`)
  }
}

/** Which browser that was, where and when. */
export function whereWords(device: SeenDevice | undefined, at: Date, say: Say): ReactNode {
  const time = () => <Time at={at} say={say} />
  if (!device) return say.t.rich('activity.whereUnknown', { time })
  const name = capitalized(deviceName(device, say), say)
  return say.t.rich('activity.where', { device: name, place: placeWords(device, say), time })
}
