import { z } from 'zod'

/** Days for which the audit trail is kept. */
export const auditDays = z
  .number()
  .int()
  .min(1)
  .max(3650)
  .default(90)
  .meta({
    description: 'Days for which the audit trail of hand-offs is kept; 1 to 3650.',
    examples: [365],
  })
