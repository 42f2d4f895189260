import { adviceOn } from '#lib/config/advice.ts'
import type { ConfigurationError } from '#lib/config/configuration-error.ts'
import { isFirstRun } from '#lib/config/is-first-run.ts'
import type { Config, ReadConfig } from '#lib/config/load.ts'
import { misspeltVariables } from '#lib/config/misspelt.ts'
import { loadHooks } from '#lib/hooks/load-hooks.ts'
import { clientFaults } from '#lib/oidc/provider.ts'
import { type Finding, findingsOn } from './finding.ts'

const { ok, warning, fault } = findingsOn('configuration')
const settings = findingsOn('settings')

/** What the configuration says, its faults first. */
export async function checkConfiguration({
  faults,
  config,
  usable: { url, providers },
}: ReadConfig): Promise<Finding[]> {
  const all = [...faults, ...(config ? [...(await clientFaults(config)), ...(await hookFaults(config))] : [])]
  return [
    ...all.map((message) => fault(message)),
    ...(all.length === 0 ? [ok('the environment and the configuration file have no faults')] : []),
    ...misspelt(),
    ...(config ? adviceFindings(config) : []),
    ...(url ? addresses(url, providers) : []),
  ]
}

async function hookFaults(config: Pick<Config, 'hooksFile'>): Promise<string[]> {
  return loadHooks(config).then(
    () => [],
    (error: ConfigurationError) => error.faults,
  )
}

function adviceFindings(config: NonNullable<ReadConfig['config']>): Finding[] {
  const nobody = isFirstRun(config)
    ? [settings.warning('nobody can sign in yet', `Set providers; ${config.url} shows how.`)]
    : []
  const given = adviceOn(config).map(({ level, message, about, advice }) => {
    const whom = Object.entries(about).map(([what, names]) => `${what}: ${names.join(', ')}`)
    const text = whom.length > 0 ? `${message} (${whom.join('; ')})` : message
    return level === 'warn' ? settings.warning(text, advice) : settings.ok(text, advice)
  })
  return [...nobody, ...given]
}

function misspelt(): Finding[] {
  return misspeltVariables().map(({ name, meant }) => {
    const question = meant === undefined ? '' : `: did you mean ${meant}?`
    return warning(`the environment has ${name}, which Baton does not read${question}`)
  })
}

function addresses(url: string, providers: { id: string; kind: string }[]): Finding[] {
  return providers.flatMap(({ id, kind }) => {
    const { ok } = findingsOn(`provider ${id}`)
    return [
      ok(`redirect URI: ${url}/api/auth/callback/${id}`, 'Register it at the provider.'),
      ...(kind === 'oidc'
        ? [
            ok(`post-logout redirect URI: ${url}/sign-out`, 'Register it where the provider asks for one.'),
            ok(
              `back-channel logout URI: ${url}/api/backchannel-logout`,
              'Register it, so that a sign-out at the provider ends sessions here.',
            ),
          ]
        : []),
    ]
  })
}
