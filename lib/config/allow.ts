import { z } from 'zod'

const claimValue = z.union([z.string(), z.number(), z.boolean()])

const domain = z
  .string()
  .regex(/^[^@\s]+\.[^@\s]+$/, 'give a domain, such as example.org')
  .transform((value) => value.toLowerCase())

/** Who may sign in: everything that is given must match. */
export const allowSchema = z
  .strictObject({
    emails: z
      .array(z.string().regex(/^[^@\s]+@[^@\s]+$/, 'give an e-mail address'))
      .min(1)
      .optional()
      .meta({
        description: 'E-mail addresses, without regard to case. An address counts when it is verified.',
        examples: [['ana@example.org']],
      }),
    emailDomains: z
      .array(domain)
      .min(1)
      .optional()
      .meta({
        description:
          'Whole domains of verified e-mail addresses, without regard to case: `example.org` does not ' +
          'stand for `mail.example.org`.',
        examples: [['example.org']],
      }),
    claims: z
      .record(z.string().min(1), z.array(claimValue).min(1))
      .refine((claims) => Object.keys(claims).length > 0, 'name a claim')
      .optional()
      .meta({
        description: 'Claims by name, each with the values of which it must have one.',
        examples: [{ hd: ['example.org'] }, { tid: ['9188040d-6c67-4c5b-b112-36a304b66dad'] }],
      }),
  })
  .refine(({ emails, emailDomains, claims }) => emails ?? emailDomains ?? claims, 'say who may sign in')

/** The rules of one `allow`. */
export type Allow = z.output<typeof allowSchema>
