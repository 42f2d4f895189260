import { pathToFileURL } from 'node:url'
import { ConfigurationError } from '#lib/config/configuration-error.ts'
import type { Hooks } from './hooks.ts'

const names = ['onSignIn', 'claims', 'onEvent'] as const satisfies (keyof Hooks)[]

/**
 * The hooks of the operator's own file; none without one. Throws `ConfigurationError` for a file that cannot
 * be loaded, and for what it exports and Baton does not know.
 */
export async function loadHooks({ hooksFile }: { hooksFile: string | undefined }): Promise<Hooks> {
  if (!hooksFile) return {}
  const exported: Record<string, unknown> = await import(pathToFileURL(hooksFile).href).catch((error) => {
    throw new ConfigurationError([`${hooksFile}: cannot be loaded: ${(error as Error).message}`])
  })
  const { default: all, ...named } = exported
  const faults: string[] = []
  if (all !== undefined && (typeof all !== 'object' || all === null))
    faults.push('its default export must be an object with hooks')
  const hooks: Record<string, unknown> = { ...(typeof all === 'object' && all), ...named }
  for (const [name, hook] of Object.entries(hooks))
    if (!(names as readonly string[]).includes(name))
      faults.push(`there is no hook ${name}; there are ${names.join(', ')}`)
    else if (typeof hook !== 'function') faults.push(`${name} must be a function`)
  if (faults.length === 0 && Object.keys(hooks).length === 0)
    faults.push(`it exports no hook; there are ${names.join(', ')}`)
  if (faults.length > 0) throw new ConfigurationError(faults.map((fault) => `${hooksFile}: ${fault}`))
  return hooks as Hooks
}
