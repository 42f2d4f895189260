import { z } from 'zod'
import { seconds } from './field-types.ts'

const most = z
  .number()
  .int()
  .positive()
  .max(1_000_000_000)
  .meta({ description: 'How many are taken within that time.', examples: [60] })
const within = seconds
  .max(86_400)
  .meta({ description: 'The time, in seconds; at most a day.', examples: [60] })

function limit(max: number, description: string) {
  return z
    .union([z.literal(false), z.strictObject({ max: most, seconds: within })])
    .default({ max, seconds: 60 })
    .meta({
      description: `${description} Default: ${max} in 60 s; \`false\` for no limit.`,
      examples: [{ max, seconds: 60 }],
    })
}

const limitsSchema = z.strictObject({
  nonces: limit(60, 'Hand-off nonces for each session, or for each client and person of an ID token.'),
  handoffs: limit(60, 'Hand-off pages opened and forms sent, for each address.'),
  verifiers: z
    .union([
      z.literal(false),
      z.strictObject({
        max: most,
        seconds: within
          .optional()
          .meta({ description: 'Taken as in the other limits; it changes nothing.', examples: [60] }),
      }),
    ])
    .default({ max: 5 })
    .meta({
      description:
        'Wrong verifiers of one nonce, which then is dead. A nonce lives for minutes, so `seconds` changes ' +
        'nothing. Default: 5; `false` for no limit.',
      examples: [{ max: 3 }],
    }),
  signIns: limit(
    30,
    'Sign-ins begun, and authorization requests without a session, for each address. Beginning one at ' +
      "`/oidc/authorize` and the provider's sign-in for it count as two.",
  ),
  clientSecrets: limit(10, 'Wrong client secrets, for each client and address.'),
  newPeople: limit(600, 'People who come for the first time, for each client or provider.'),
})

export type LimitsConfig = z.output<typeof limitsSchema>

export const limits = limitsSchema.prefault({}).meta({
  description:
    'How many of each are taken before callers get 429 `slow_down`. A sign-in or a hand-off that succeeds ' +
    'gives its count back. Nothing is counted by an address that is private and was not told by a proxy in ' +
    '`trustedProxies`: it may belong to many people. IPv6 addresses count by their /64.',
  examples: [{ handoffs: { max: 200, seconds: 60 }, newPeople: false }],
})
