import { mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { startChild } from './run/start-child.ts'

export type Build = {
  /** Printed while the build runs. */
  progress: string
  /** The program and its arguments. */
  command: readonly string[]
  /** Files and folders that the build reads. */
  sources: readonly string[]
  /** Folders among the sources that the build does not read. */
  except?: readonly string[]
  /**
   * Written inside the output after a successful build, with the start of the build as its time. Removing the
   * output removes it too.
   */
  stamp: string
  env?: Record<string, string>
}

/** Generates the database client from the schema. */
export const GENERATE: Build = {
  progress: 'Generating the database client …',
  command: ['node_modules/prisma/build/index.js', 'generate'],
  sources: ['prisma/schema.prisma', 'prisma.config.ts', 'package-lock.json'],
  stamp: 'lib/db/generated/.stamp',
  env: { CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1' },
}

const packages = ['client', 'react', 'react-native', 'resource-server'].map((name) => `packages/${name}`)

/** Builds the packages: the demo's partners and the tests use them as they are built. */
export const PACKAGES: Build = {
  progress: 'Building the packages …',
  command: ['node_modules/typescript/bin/tsc', '--build', ...packages],
  sources: [...packages.map((folder) => `${folder}/src`), 'package-lock.json'],
  stamp: 'packages/resource-server/dist/.stamp',
}

/** Builds Baton for production. */
export const BUILD: Build = {
  progress: 'Building Baton (about 30 s the first time) …',
  command: ['node_modules/next/dist/bin/next', 'build'],
  sources: [
    'app',
    'components',
    'lib',
    'auth.ts',
    'instrumentation.ts',
    'middleware.ts',
    'next.config.mjs',
    'postcss.config.mjs',
    'prisma/schema.prisma',
    'tsconfig.json',
    'package.json',
    'package-lock.json',
  ],
  except: ['lib/db/generated'],
  stamp: '.next/.stamp',
  env: { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
}

/** Builds the pages that Next has no part in; after Next, which empties its folder. */
export const VIEWS: Build = {
  progress: 'Building the pages …',
  command: ['views/build.ts'],
  sources: ['views', 'components', 'lib/http/escape-html.ts', 'public/icon.svg', 'package-lock.json'],
  stamp: '.next/views/.stamp',
}

/** Compresses what browsers load of Next's build. */
export const COMPRESSED: Build = {
  progress: 'Compressing scripts and styles …',
  command: ['scripts/compress-static.ts'],
  sources: ['.next/BUILD_ID', 'scripts/compress-static.ts'],
  stamp: '.next/.compressed',
}

/** What the server runs on in production, in the order in which it is built. */
export const SERVER: readonly Build[] = [GENERATE, BUILD, COMPRESSED, VIEWS]

/**
 * Runs a build when a source is newer than the last successful build. Prints one line, and the build's output
 * only when it fails.
 *
 * @returns whether an up-to-date build exists now.
 */
export async function buildWhenStale(build: Build, signal?: AbortSignal): Promise<boolean> {
  if (!isStale(build)) return true
  process.stdout.write(`${build.progress}\n`)

  const began = new Date()
  const output: string[] = []
  const child = startChild('build', build.command, {
    env: { ...process.env, ...build.env },
    onLine: (line) => output.push(line),
  })
  const end = () => void child.end()
  signal?.addEventListener('abort', end)
  const how = await child.ended
  signal?.removeEventListener('abort', end)
  if (signal?.aborted) return false

  if (how !== 'exit code 0') {
    process.stderr.write(`${output.join('\n')}\n\n"${build.command.join(' ')}" failed (${how}).\n`)
    return false
  }
  mkdirSync(dirname(build.stamp), { recursive: true })
  writeFileSync(build.stamp, '')
  // Files saved during the build are newer than its start.
  utimesSync(build.stamp, began, began)
  return true
}

/** Returns whether a source of the build changed after the last successful build began. */
export function isStale({ sources, except = [], stamp }: Build): boolean {
  const built = modified(stamp)
  return built === undefined || sources.some((source) => (newest(source, except) ?? 0) > built)
}

// Also uses the time of folders: a deleted file changes it.
function newest(path: string, except: readonly string[]): number | undefined {
  if (except.includes(path)) return undefined
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats?.isDirectory()) return stats?.mtimeMs
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name), except) ?? 0))
}

function modified(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs
}
