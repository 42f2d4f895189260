import { z } from 'zod'
import { seconds } from './field-types.ts'

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
    .enum(['none', 'verifier'])
    .default('none')
    .meta({
      description: '`verifier`: refuse to issue a nonce without a `code_challenge`.',
      examples: ['verifier'],
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
  examples: [{ nonceTtl: 30, confirm: 'unbound', binding: 'none' }],
})
