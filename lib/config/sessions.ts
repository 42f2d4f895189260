import { z } from 'zod'
import { seconds } from './field-types.ts'

const sessionsSchema = z.strictObject({
  lifetime: seconds.default(30 * 24 * 3600).meta({
    description:
      'Seconds after which a session in a browser ends, however much it is used (default 30 days). A ' +
      'session that began under another setting keeps its end.',
    examples: [43_200],
  }),
  // It has no minimum, unlike that of web nonces: a process trusts a session's row for a tenth of this time
  // where that is less than a minute, and records a use each time that it reads the row.
  idleTime: seconds.optional().meta({
    description:
      'Seconds without use after which a session in a browser ends, with its hand-offs (default: none). ' +
      'Every call and page is a use. Baton records one use a minute, or one in a tenth of this time where ' +
      'that is shorter: a session may end earlier by as much.',
    examples: [3600],
  }),
})

export const sessions = sessionsSchema.prefault({}).meta({
  description: 'How long sessions in browsers last, those of sign-ins and of hand-offs.',
  examples: [{ lifetime: 43_200, idleTime: 3600 }],
})
