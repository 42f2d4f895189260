import type { Config } from './load.ts'

/** Whether nobody can sign in yet, neither here nor in an app: a new installation, with `{}` as its file. */
export function isFirstRun({
  providers,
  trustedIssuers,
}: Pick<Config, 'providers' | 'trustedIssuers'>): boolean {
  return providers.length === 0 && trustedIssuers.length === 0
}
