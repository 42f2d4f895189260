import type { Check } from '../check.ts'
import { binding } from './binding.ts'
import { crossOrigin } from './cross-origin.ts'
import { http } from './http.ts'
import { idTokens } from './id-tokens.ts'
import { leaks } from './leaks.ts'
import { limits } from './limits.ts'
import { loginCsrf } from './login-csrf.ts'
import { openIdProvider } from './openid-provider.ts'
import { ownSessions } from './own-sessions.ts'
import { pageChecks } from './pages.ts'
import { proxy } from './proxy.ts'
import { redirects } from './redirects.ts'
import { secrecy } from './secrecy.ts'
import { sessions } from './sessions.ts'
import { signOut } from './sign-out.ts'
import { spending } from './spending.ts'

/** Every check, in the order of the report. */
export const checks: readonly Check[] = [
  ...spending,
  ...binding,
  ...secrecy,
  ...loginCsrf,
  ...signOut,
  // Before the check that ends the session of --spare-cookie.
  ...ownSessions,
  ...sessions,
  ...idTokens,
  ...openIdProvider,
  ...redirects,
  ...proxy,
  ...crossOrigin,
  ...http,
  ...pageChecks,
  ...leaks,
  ...limits,
]
