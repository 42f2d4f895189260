import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Config, loadConfig } from '#lib/config/load.ts'
import { authSecret } from './baton.ts'

type ConfigInput = {
  /** The file's content: text as it is, anything else as JSON. */
  file?: unknown
  /** Environment variables besides the ones every configuration needs; `undefined` takes one away. */
  env?: Record<string, string | undefined>
  /** Files beside the configuration, by their paths from there. */
  files?: Record<string, string | Buffer>
}

/** The configuration that Baton makes of a file and an environment. */
export async function configOf({ file = {}, env = {}, files = {} }: ConfigInput = {}): Promise<Config> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-config-'))
  const path = join(folder, 'baton.config.json')
  try {
    await writeFile(path, typeof file === 'string' ? file : JSON.stringify(file))
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true })
      await writeFile(join(folder, name), content)
    }
    return await loadConfig({
      NODE_ENV: 'production',
      BATON_URL: 'https://baton.example.org',
      AUTH_SECRET: authSecret,
      BATON_CONFIG: path,
      ...env,
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The faults that keep Baton from starting with it, each with the file's own path as `FILE`. */
export async function faultsOf(input: ConfigInput): Promise<string[]> {
  try {
    await configOf(input)
    return []
  } catch (error) {
    const { faults } = error as { faults: string[] }
    return faults.map((fault) => fault.replace(/^\S*baton\.config\.json/, 'FILE'))
  }
}
