import { capitalized, deviceName, placeWords } from '#components/device-words.ts'
import type { SeenDevice, SeenEvent } from '#lib/audit/own-activity.ts'
import { applicationName } from '#lib/config/application-name.ts'
import type { WhyEnded, WhyRefused } from '#lib/db/audit-events.ts'
import { runtime } from '#lib/runtime.ts'

const refused: Record<WhyRefused, string> = {
  expired: 'A browser came too late; the link had expired.',
  source_ended: 'A browser came after the session that made the link had ended.',
  spent: 'A browser opened the link after it had been used.',
  wrong_verifier: 'A browser did not have the code that belongs to the link.',
  no_verifier: 'A browser came without the code that belongs to the link.',
  guessed: 'A browser tried too many wrong codes. The link was closed.',
  denied: 'You said no to a browser that asked to go on as you.',
  wrong_number: 'A wrong number was confirmed, so the browser that asked was not let in.',
  cancelled: 'Cancelled where the link was opened.',
  second_browser: 'A second browser asked to go on as you. Neither was let in.',
  too_old: 'The application wanted a newer sign-in.',
  other_target: 'The link was used at another application than it was made for.',
  other_network: 'A browser in another network was not let in.',
  other_address: 'A browser at another address was not let in.',
}

const ended: Record<WhyEnded, string> = {
  signed_out: 'Signed out, there or where it came from.',
  signed_out_everywhere: 'You signed out everywhere.',
  ended_by_person: 'You ended the session.',
  operator: 'Ended by those who run this service.',
  replaced: 'Another session took its place.',
  idle: 'It was not used for too long.',
  provider: 'The sign-in ended at the provider.',
  not_allowed: 'The account may not sign in here any more.',
  web_nonce_revoked: 'The app signed out.',
  web_nonce_replaced: 'The app signed in again.',
  replay: 'Ended because another browser tried to use the link again.',
}

/** What an event says, in plain words. */
export function eventWords({ type, reason, sourceClientId, target }: SeenEvent): string {
  const { config } = runtime()
  const app = applicationName(sourceClientId, config)
  const goal = applicationName(target, config)
  switch (type) {
    case 'issued':
      if (reason === 'user_code') return `You opened a code that ${goal ?? 'another browser'} showed.`
      return `A link was made${app ? ` by ${app}` : ''}${goal ? `, for ${goal}` : ''}.`
    case 'shown':
      return 'The link was opened.'
    case 'asked':
      return 'A browser asked to go on as you.'
    case 'approved':
      return 'You said yes.'
    case 'redeemed':
      return goal ? `Signed in to ${goal}.` : 'Signed in.'
    case 'replayed':
      return 'Another browser tried to use a link that was used already. It would have been let in before.'
    case 'refused':
      if (reason === 'denied' && goal) return `You said no to ${goal}.`
      return refused[reason as WhyRefused] ?? 'A browser was not let in.'
    case 'revoked':
      return ended[reason as WhyEnded] ?? 'The session ended.'
  }
}

/** Which browser that was, and where. */
export function whereWords(device: SeenDevice | undefined): string {
  if (!device) return 'Unknown browser'
  return `${capitalized(deviceName(device))} · ${placeWords(device)}`
}
