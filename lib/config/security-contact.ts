import { z } from 'zod'

// One line of a file: no space, and nothing that ends a line.
const contact = z
  .string()
  .regex(/^(mailto:[^\s@]+@[^\s@]+|https:\/\/[^\s]+)$/, 'give a mailto: or https: URI')

/** Where to report a vulnerability (RFC 9116, section 2.5.3). */
export const securityContact = z
  .union([contact, z.array(contact).min(1)])
  .transform((value) => [value].flat())
  .optional()
  .meta({
    description:
      'Where people report a vulnerability: a `mailto:` or `https:` URI, or several, the preferred one ' +
      'first. With it `/.well-known/security.txt` (RFC 9116) is there.',
    examples: ['mailto:security@example.com', ['https://example.com/report', 'mailto:security@example.com']],
  })
