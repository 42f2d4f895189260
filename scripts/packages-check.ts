import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { checkCommonJs, checkSnippets, commonJsSetups, install, setups } from './packages-check/consumer.ts'
import { checkNextBuild } from './packages-check/next-build.ts'
import { faultsOf, pack, publishedPackages } from './packages-check/pack.ts'

// `npm run packages:check`: packs each package as a registry would get it, installs it outside of the
// repository, and type-checks and builds what its README says, as programs of several ages would. Needs the
// registry. Exit code 1 and what is wrong, on a fault.

process.chdir(join(import.meta.dirname, '..'))
const folder = await mkdtemp(join(tmpdir(), 'baton-packages-'))
const faults: string[] = []
try {
  const packages = []
  for (const home of publishedPackages()) packages.push(await pack(home, folder))
  for (const each of packages) {
    const { messages, pkg } = await publint({ pkgDir: each.folder, strict: true })
    const linted = messages.map((message) => `${each.name}: ${formatMessage(message, pkg, { color: false })}`)
    faults.push(...faultsOf(each), ...linted)
    tell(`${each.name}: ${each.files.length} files`)
  }
  await install(packages, folder)
  for (const each of packages) {
    for (const setup of setups)
      await attempt(`${each.name}: README under TypeScript ${setup.slice(0, 2).join(', ')}`, async () => {
        tell(`${each.name}: ${await checkSnippets(each, setup, folder)} snippets`)
      })
    // React Native's own bundler loads what is for it, and Node.js never does.
    if (each.name !== '@baton/react-native')
      for (const setup of commonJsSetups)
        await attempt(`${each.name}: CommonJS under TypeScript ${setup.slice(0, 2).join(', ')}`, () =>
          checkCommonJs(each, setup, folder),
        )
    if (each.name === '@baton/resource-server')
      await attempt(`${each.name}: next build without secrets`, () => checkNextBuild(each, folder))
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}
for (const fault of faults) process.stderr.write(`\n${fault}\n`)
process.exitCode = faults.length > 0 ? 1 : 0

async function attempt(what: string, check: () => Promise<void>): Promise<void> {
  try {
    await check()
    tell(what)
  } catch (error) {
    faults.push(`${what}: ${(error as Error).message}`)
  }
}

function tell(text: string): void {
  process.stdout.write(`${text}\n`)
}
