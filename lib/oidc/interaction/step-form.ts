import { formTokenOf } from './form-token.ts'
import type { Step } from './step.ts'

/** The address of a step's page. */
export function addressOf({ uid }: { uid: string }): string {
  return `/interaction/${uid}`
}

const address = /^\/interaction\/([\w-]{1,64})\/?(?:\?|$)/

/** The `uid` in a path that is the address of a step's page. */
export function uidIn(path: string): string | undefined {
  return address.exec(path)?.[1]
}

/** Where the form of a step's page goes, and its hidden fields. */
export function formOf({ interaction, needs }: Pick<Step, 'interaction' | 'needs'>) {
  return {
    action: addressOf(interaction),
    fields: { csrf_token: formTokenOf(interaction.uid, needs.config.secrets) },
  }
}
