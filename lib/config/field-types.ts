import { z } from 'zod'
import { isSecure } from './is-secure.ts'

/** A name that appears in URLs and in other sections. */
export const identifier = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'use 1 to 64 of a-z, 0-9, - and _, beginning with a letter or digit')

export const seconds = z.number().int().positive()
export const milliseconds = z.number().int().positive()

/** An absolute http(s) URL of origin and path alone. */
export const address = z.string().superRefine((value, context) => {
  const url = URL.parse(value)
  if (!url || !/^https?:$/.test(url.protocol)) return context.addIssue('give an absolute http(s) URL')
  if (url.username || url.password || url.search || url.hash)
    context.addIssue('leave out user, query and fragment')
})

/** The same, protected in transit. */
export const secureAddress = address.refine(
  (value) => isSecure(value),
  'use https (plain http is allowed for loopback addresses only)',
)
