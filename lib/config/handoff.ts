import { z } from 'zod'
import { cidr, seconds } from './field-types.ts'

/** When a person confirms before a nonce signs their browser in. */
export const confirmation = z.enum(['unbound', 'switching', 'always', 'never'])

const handoffSchema = z.strictObject({
  nonceTtl: seconds
    .max(120)
    .default(30)
    .meta({
      description:
        'Lifetime of a hand-off nonce, in seconds until its page is first opened; at most 120. An opened ' +
        'page stays good for five minutes.',
      examples: [60],
    }),
  confirm: confirmation.default('unbound').meta({
    description:
      'When a person has to confirm before a nonce signs their browser in. `unbound`: unless the nonce was ' +
      'bound by the header `Baton-Handoff-Verifier`, and whenever someone else is signed in; `switching`: ' +
      'only when someone else is signed in; `always`; `never`.',
    examples: ['always'],
  }),
  binding: z
    .enum(['none', 'ip', 'verifier'])
    .default('none')
    .meta({
      description:
        'What every nonce is bound to. `verifier`: none is issued without a `code_challenge`. `ip`: only ' +
        'the network (/24, IPv6 /64) that asked for it can redeem it; needs `trustedProxies`, since ' +
        'addresses come from there.',
      examples: ['verifier'],
    }),
  onReplay: z
    .enum(['alarm', 'end'])
    .default('alarm')
    .meta({
      description:
        'What a replay does: another browser that tries to redeem a spent nonce, and could have. `alarm`: ' +
        'a warning in the log. `end`: within 120 s of issue it also ends the session that the nonce made.',
      examples: ['end'],
    }),
  approval: z
    .enum(['offered', 'required'])
    .default('offered')
    .meta({
      description:
        'Whether the source has to approve the browser that wants to redeem a nonce. `offered`: where the ' +
        "source asks for it by `approval=source`, as Baton's own QR code does. `required`: always, unless " +
        'the browser shows the verifier in the header; an ID token is then no proof for a nonce.',
      examples: ['required'],
    }),
  sessionTtl: seconds.default(12 * 3600).meta({
    description:
      'Seconds that the session of a hand-off lives at most (default 12 hours). It never outlives its ' +
      'source.',
    examples: [28_800],
  }),
  chains: z
    .boolean()
    .default(false)
    .meta({ description: 'Let a session that began by a hand-off hand over again.', examples: [true] }),
  proximity: z
    .enum(['inform', 'same-network'])
    .default('inform')
    .meta({
      description:
        'What different networks of source and target mean. `inform`: both sides are told. `same-network`: ' +
        'the hand-off is refused where both addresses are known.',
      examples: ['same-network'],
    }),
  networks: z
    .array(cidr)
    .default([])
    .meta({
      description:
        'Addresses and CIDR ranges from which a nonce may be asked for. Without any, from anywhere.',
      examples: [['192.0.2.0/24', '2001:db8::/32']],
    }),
  acrAliases: z
    .array(z.string().min(1))
    .default([])
    .meta({
      description:
        'Further `acr_values` that select the nonce authenticator, besides ' +
        '`urn:baton:authentication:nonce`.',
      examples: [['urn:se:curity:authentication:nonce:nonce1']],
    }),
})

export type HandoffConfig = z.output<typeof handoffSchema>

export const handoff = handoffSchema.prefault({}).meta({
  description: 'Rules for hand-off nonces.',
  examples: [{ nonceTtl: 30, confirm: 'unbound', approval: 'required', sessionTtl: 28_800 }],
})
