import type Provider from 'oidc-provider'
import { applicationName } from '#lib/config/application-name.ts'
import type { Config } from '#lib/config/load.ts'
import { paramsOf } from '../context.ts'
import { uidIn } from './step-form.ts'

/**
 * The name of the application that waits at a path; `undefined` where the path is no step's, and for a step
 * that is unknown or has expired. The name is the configured one: nothing of it is taken from the path.
 */
export async function applicationAt(
  provider: Provider,
  path: string,
  config: Pick<Config, 'clients'>,
): Promise<string | undefined> {
  const uid = uidIn(path)
  const interaction = uid === undefined ? undefined : await provider.Interaction.find(uid)
  return interaction && applicationName(paramsOf(interaction).client_id, config)
}
