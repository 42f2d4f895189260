import { z } from 'zod'
import { seconds } from './field-types.ts'

const sessionsSchema = z.strictObject({
  lifetime: seconds.default(30 * 24 * 3600).meta({
    description:
      'Seconds after which a session in a browser ends, however much it is used (default 30 days). A ' +
      'session that began under another setting keeps its end.',
    examples: [43_200],
  }),
})

export const sessions = sessionsSchema.prefault({}).meta({
  description: 'How long sessions in browsers last, those of sign-ins and of hand-offs.',
  examples: [{ lifetime: 43_200 }],
})
