import { z } from 'zod'
import { seconds } from './field-types.ts'

const webNoncesSchema = z.strictObject({
  // A process trusts a web nonce for a minute after looking it up, and records its use with that delay.
  idleTime: seconds
    .min(120)
    .default(1800)
    .meta({
      description: 'Seconds without use after which a web nonce expires; at least 120.',
      examples: [3600],
    }),
  lifetime: seconds.default(12 * 3600).meta({
    description: 'Seconds after which a web nonce expires, however much it is used (default 12 hours).',
    examples: [86_400],
  }),
})

export const webNonces = webNoncesSchema.prefault({}).meta({
  description: "How long web nonces last, the handles for native apps' sessions.",
  examples: [{ idleTime: 1800, lifetime: 43_200 }],
})
