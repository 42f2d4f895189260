import type { UpstreamProvider } from '#lib/config/upstream-provider.ts'

/**
 * The `prompt` that makes a provider ask a person again who they are: `login` beside what a sign-in there
 * asks for anyway (at Google `consent` decides whether a refresh token comes). `none` alone would forbid it.
 * OpenID Connect Core 1.0, section 3.1.2.1.
 */
export function promptAgain({ authjs }: Pick<UpstreamProvider, 'authjs'>): string {
  const own = authjs.authorization.params.prompt
  const values = String(own ?? '')
    .split(' ')
    .filter((value) => value !== '' && value !== 'none')
  return [...new Set([...values, 'login'])].join(' ')
}
