import { z } from 'zod'
import { cidr } from './field-types.ts'

export const trustedProxies = z
  .array(cidr)
  .default([])
  .meta({
    description:
      'Addresses and CIDR ranges of reverse proxies in front of Baton. Baton believes `Forwarded`, ' +
      '`X-Forwarded-For` and `X-Request-Id` of these alone.',
    examples: [['10.0.0.0/8', '2001:db8::1']],
  })
