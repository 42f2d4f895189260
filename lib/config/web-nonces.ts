import { z } from 'zod'
import { seconds } from './field-types.ts'

const day = 24 * 3600

// A process trusts a web nonce for a minute after looking it up, and records its use with that delay.
const leastIdleTime = 120

const boundSchema = z.strictObject({
  idleTime: seconds
    .min(leastIdleTime)
    .default(14 * day)
    .meta({
      description:
        'Seconds without use after which a bound web nonce expires; at least 120 (default 14 days).',
      examples: [7 * day],
    }),
  lifetime: seconds.default(90 * day).meta({
    description: 'Seconds after which a bound web nonce expires, however much it is used (default 90 days).',
    examples: [30 * day],
  }),
})

const webNoncesSchema = z.strictObject({
  idleTime: seconds
    .min(leastIdleTime)
    .default(1800)
    .meta({
      description: 'Seconds without use after which a web nonce expires; at least 120.',
      examples: [3600],
    }),
  lifetime: seconds.default(12 * 3600).meta({
    description: 'Seconds after which a web nonce expires, however much it is used (default 12 hours).',
    examples: [86_400],
  }),
  bound: boundSchema.prefault({}).meta({
    description:
      'The same for web nonces that are bound to a key of the app (DPoP, RFC 9449): to steal one alone is ' +
      'worth nothing, so they may last longer.',
    examples: [{ idleTime: 7 * day, lifetime: 30 * day }],
  }),
})

export const webNonces = webNoncesSchema.prefault({}).meta({
  description: "How long web nonces last, the handles for native apps' sessions.",
  examples: [{ idleTime: 1800, lifetime: 43_200 }],
})
