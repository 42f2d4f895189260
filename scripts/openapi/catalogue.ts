import { type Method, methods } from '#lib/endpoints/endpoint.ts'
import type { Group, Nothing } from './description.ts'
import { apps } from './groups/apps.ts'
import { authorization } from './groups/authorization.ts'
import { clients } from './groups/clients.ts'
import { devices } from './groups/devices.ts'
import { handOffs } from './groups/hand-offs.ts'
import { operations } from './groups/operations.ts'
import { pages } from './groups/pages.ts'
import { sessions } from './groups/sessions.ts'
import { signIn } from './groups/sign-in.ts'

/** All that Baton answers, in the order in which a reader meets it. */
export const groups: readonly Group[] = [
  handOffs,
  devices,
  apps,
  clients,
  authorization,
  sessions,
  signIn,
  pages,
  operations,
]

const reading: readonly Method[] = ['GET', 'HEAD']

/** What the table of endpoints has a row for, and nothing answers at. */
export const nothing: readonly Nothing[] = [
  { row: '/api/*', methods, why: '404 `not_found`: there is no other address below `/api`.' },
  { row: '/metrics', methods, why: '404 `not_found`: metrics have a port of their own.' },
  ...['/preview', '/preview/*'].map((row) => ({
    row,
    methods: reading,
    why: '404 `not_found`: pages for developers are there in the demo and in development alone.',
  })),
  { row: '/*', methods: reading, why: '404: the page of an address that is nothing.' },
  {
    row: '/oidc/*',
    methods: methods.filter((method) => !reading.includes(method)),
    why: '404 `not_found`: other addresses of the OpenID Provider, and other methods.',
  },
  { row: '/api/auth/*', methods: ['POST'], why: '400 `invalid_request`: Auth.js has no such step.' },
  {
    row: '/api/auth/signin/*',
    methods: reading,
    why: '400 `invalid_request`: a sign-in begins by POST.',
  },
]
