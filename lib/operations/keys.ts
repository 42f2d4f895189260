import { type Command, WrongUse } from './command.ts'
import { json, optionsOf } from './options.ts'

/** `baton keys rotate`: new signing keys of the OpenID Provider. */
export const keys: Command = {
  summary: 'new signing keys; with --discard-lost first removes those that no secret opens',
  usage: 'rotate [--discard-lost] [--json]',
  read([action, ...args]) {
    const { values } = optionsOf(args, { 'discard-lost': { type: 'boolean' }, ...json })
    if (action !== 'rotate') throw new WrongUse('Say `keys rotate`.')
    return {
      changes: true,
      async *run(needs) {
        const { discardLostSigningKeys, rotateSigningKeys } = await import('#lib/oidc/signing-keys.ts')
        const discarded = values['discard-lost'] ? await discardLostSigningKeys(needs) : undefined
        if (discarded && !values.json) yield aboutLost(discarded)
        const rotated = await rotateSigningKeys(needs)
        yield values.json ? `${JSON.stringify({ discarded: discarded ?? [], rotated })}\n` : aboutNew(rotated)
      },
    }
  },
}

function aboutLost(kids: string[]): string {
  if (kids.length === 0) return 'No signing key is lost: the secrets open them all.\n'
  return [
    `Removed signing keys that no secret opens: ${kids.join(', ')}.`,
    '  - ID tokens and access tokens that they signed can no longer be verified. Applications and resource',
    '    servers fetch the new keys by themselves.',
    '  - What the lost secret encrypted cannot be opened either: people sign in again, at Baton and at',
    '    applications.',
    '',
  ].join('\n')
}

function aboutNew(kids: string[]): string {
  return (
    `New signing keys: ${kids.join(', ')}. They are published within a minute and sign in a quarter of an ` +
    'hour, or at once where no other key is left; older ones stay published for 30 days after that.\n'
  )
}
