import { z } from 'zod'
import { parseCidr } from './cidr.ts'
import { isSecure } from './is-secure.ts'

/** A name that appears in URLs and in other sections. */
export const identifier = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'use 1 to 64 of a-z, 0-9, - and _, beginning with a letter or digit')

/**
 * A name that people see, within so many UTF-16 code units. It has no character that nobody sees and that
 * turns round what follows, with which one name looks like another (Unicode Standard Annex 9, section 2).
 */
export function shownName(longest: number) {
  return z
    .string()
    .min(1)
    .max(longest)
    .refine(
      (value) => !/[\p{Cc}\p{Bidi_Control}]/u.test(value),
      'leave out control characters, such as line ends, and characters that set the direction of text',
    )
}

export const seconds = z.number().int().positive()
export const milliseconds = z.number().int().positive()

/** An absolute http(s) URL with a query at most. */
export const webPage = z.string().superRefine((value, context) => {
  const url = URL.parse(value)
  if (!url || !/^https?:$/.test(url.protocol)) return context.addIssue('give an absolute http(s) URL')
  if (url.username || url.password || url.hash) context.addIssue('leave out user and fragment')
})

/** An absolute http(s) URL of origin and path alone. */
export const address = webPage.refine((value) => !URL.parse(value)?.search, 'leave out the query')

const inTransit = 'use https (plain http is allowed for loopback addresses only)'

/** An address that is protected in transit. */
export const secureAddress = address.refine((value) => isSecure(value), inTransit)

/** An address that is protected in transit, and may have a query. */
export const securePage = webPage.refine((value) => isSecure(value), inTransit)

/** One address or a network. */
export const cidr = z
  .string()
  .refine((value) => parseCidr(value) !== undefined, 'give an address or a CIDR range')
