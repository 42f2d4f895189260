import type { Check } from '../check.ts'
import { must } from '../verdict.ts'
import type { CallOptions } from '../wire/call.ts'

const evil = 'https://evil.example'

const forms: Record<string, string>[] = [
  { 'sec-fetch-site': 'cross-site', origin: evil },
  { 'sec-fetch-site': 'same-site' },
  { origin: evil },
]

export const signOut: Check[] = [
  {
    name: 'sign-out-form',
    says: 'a form of another site or a sibling subdomain signs nobody out',
    standard: 'RFC 9700, 4.7; Fetch Metadata',
    async run(kit) {
      const victim = await kit.child()
      // A copy of the cookies, so that an answer can take none of them away.
      const cookie = victim.cookies()
      for (const headers of forms)
        for (const path of ['/sign-out', '/sign-out/provider', '/api/auth/signout', '/oidc/logout/confirm']) {
          const form: CallOptions = {
            method: 'POST',
            form: { everywhere: '1' },
            headers: { ...headers, cookie },
          }
          await kit.call(path, form)
          must(await victim.session(), `POST ${path} with ${JSON.stringify(headers)} signs the visitor out`)
        }
    },
  },
  {
    name: 'sign-out-link',
    says: 'a link or picture of another site signs nobody out',
    standard: 'OpenID Connect RP-Initiated Logout, 2 and 6; RFC 9110, 9.2.1',
    async run(kit) {
      const victim = await kit.child()
      for (const path of ['/sign-out', '/sign-out/provider', '/api/auth/signout', '/oidc/logout']) {
        const headers = { cookie: victim.cookies(), 'sec-fetch-site': 'cross-site' }
        await kit.call(path, { headers })
        must(await victim.session(), `GET ${path} signs the visitor out`)
      }
    },
  },
]
