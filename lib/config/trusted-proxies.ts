import { z } from 'zod'
import { parseCidr } from './cidr.ts'

const cidr = z.string().refine((value) => parseCidr(value) !== undefined, 'give an address or a CIDR range')

export const trustedProxies = z
  .array(cidr)
  .default([])
  .meta({
    description:
      'Addresses and CIDR ranges of reverse proxies in front of Baton. Baton believes `Forwarded`, ' +
      '`X-Forwarded-For` and `X-Request-Id` of these alone.',
    examples: [['10.0.0.0/8', '2001:db8::1']],
  })
