import { z } from 'zod'
import { cidr } from './field-types.ts'

export const trustedProxies = z
  .array(cidr)
  .default([])
  .meta({
    description:
      'Addresses and CIDR ranges of reverse proxies in front of Baton. Baton believes `Forwarded`, ' +
      '`X-Forwarded-For`, `X-Forwarded-Host` and `X-Request-Id` of these alone. Where such a proxy tells a ' +
      'host by `X-Forwarded-Host` or `Forwarded`, that host counts in place of `Host`; where it tells ' +
      'several, each has to be that of `BATON_URL`, else the answer is 421. Have the proxy write these ' +
      'headers or remove them.',
    examples: [['10.0.0.0/8', '2001:db8::1']],
  })
