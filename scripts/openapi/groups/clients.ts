import type { Group } from '../description.ts'
import { introspectionAndRevocation } from './introspection.ts'
import { keysEndpoint } from './keys.ts'
import { metadata } from './metadata.ts'
import { tokenEndpoints } from './token-endpoint.ts'
import { userinfoEndpoint } from './userinfo.ts'

/** The endpoints of the OpenID Provider that clients and resource servers ask. */
export const clients: Group = {
  name: 'OpenID Provider: clients',
  description: "What clients and resource servers ask Baton's OpenID Provider: docs/verify-tokens.md.",
  addresses: [...tokenEndpoints, ...introspectionAndRevocation, userinfoEndpoint, keysEndpoint, ...metadata],
}
