import type { Check } from '../check.ts'
import { type Browser, signsIn } from '../people/browser.ts'
import { must } from '../verdict.ts'
import type { Answer } from '../wire/call.ts'
import { addressesIn } from '../wire/html.ts'

const host = 'evil.example'

const tricks = [
  `https://${host}`,
  `http:${host}`,
  `https:/${host}`,
  `//${host}`,
  `///${host}`,
  `/\\${host}`,
  `\\\\${host}`,
  `/\t/${host}`,
  `/\n/${host}`,
  `\t//${host}`,
  ` //${host}`,
  `/.//${host}`,
  `/a/../..//${host}`,
  `/%2e%2e//${host}`,
  `/%09/${host}`,
  `/%5c${host}`,
  `@${host}`,
  `.${host}`,
  `/\0/${host}`,
  `/x\r\nLocation: https://${host}`,
  `javascript:location='https://${host}'`,
  `data:text/html,<script>location='https://${host}'</script>`,
]

/** The address of another site that an answer leads to by itself, or that a link of its page names. */
function elsewhere({ location, headers, text, url }: Answer): string | undefined {
  const refresh = /url=(.*)$/i.exec(headers.refresh ?? '')?.[1]
  const named = [location?.href, refresh, ...addressesIn(text)].map((address) =>
    URL.parse(address ?? '', url),
  )
  return named.find((address) => address?.hostname.endsWith(host) || address?.protocol === 'javascript:')
    ?.href
}

export const redirects: Check[] = [
  {
    name: 'redirect-after-hand-off',
    says: 'redirect_to leads nowhere but to a path of the target',
    standard: 'RFC 9700, 4.11',
    async run(kit) {
      for (const redirect_to of tricks) {
        const answer = await kit.post({ redirect_to })
        if (answer.status === 400) continue
        const { nonce, handoff_uri } = answer.json()
        must(
          typeof nonce === 'string',
          `redirect_to ${JSON.stringify(redirect_to)} is answered ${answer.status}`,
        )
        const end = await kit.newcomer().redeem({ nonce, uri: String(handoff_uri), expiresIn: 0 })
        must(!elsewhere(end), `redirect_to ${JSON.stringify(redirect_to)} leads to ${end.headers.location}`)
      }
    },
  },
  {
    name: 'redirect-sign-in-page',
    says: 'callbackUrl of the sign-in page leads to no other site',
    standard: 'RFC 9700, 4.11',
    async run(kit) {
      const signedIn = await kit.signedIn()
      const browsers: Browser[] = [kit.newcomer(), signedIn]
      for (const browser of browsers)
        for (const path of ['/sign-in', '/api/auth/signin', '/error', '/sign-out'])
          for (const trick of tricks) {
            const callbackUrl = encodeURIComponent(trick)
            const query = `callbackUrl=${callbackUrl}&redirectTo=${callbackUrl}`
            const found = elsewhere(await browser.request(`${path}?${query}`))
            must(!found, `${path} with callbackUrl ${JSON.stringify(trick)} leads to ${found}`)
          }
    },
  },
  {
    name: 'redirect-after-sign-out',
    says: 'callbackUrl of a sign-out leads to no other site',
    standard: 'RFC 9700, 4.11; OpenID Connect RP-Initiated Logout, 3',
    async run(kit) {
      const browser = await kit.child()
      const { csrfToken } = (await browser.request('/api/auth/csrf')).json()
      for (const path of ['/sign-out', '/api/auth/signout'])
        for (const callbackUrl of [`https://${host}/`, `//${host}/`, `/\\${host}`]) {
          const form = { csrfToken: String(csrfToken), callbackUrl, redirectTo: callbackUrl }
          const found = elsewhere(await browser.ownPage(path, { method: 'POST', form }))
          must(!found, `${path} with callbackUrl ${callbackUrl} leads to ${found}`)
        }
    },
  },
  {
    name: 'redirect-after-logout',
    says: 'post_logout_redirect_uri of the OpenID Provider leads to registered addresses alone',
    standard: 'OpenID Connect RP-Initiated Logout, 3',
    async run(kit) {
      for (const browser of [kit.newcomer(), await kit.signedIn()])
        for (const more of ['', `&client_id=${encodeURIComponent(kit.options.client)}`]) {
          const query = `post_logout_redirect_uri=${encodeURIComponent(`https://${host}/`)}${more}`
          const answer = await browser.request(`/oidc/logout?${query}`)
          must(!signsIn(answer) && !elsewhere(answer), `/oidc/logout leads to ${elsewhere(answer)}`)
        }
    },
  },
]
