import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

// These files wait for most of their time. Started last, each would run on when the others have ended.
const waiting = new RegExp(
  '/(one-refresh(-embedded)?|revocation|idle-end|set-clock|kill|data-folder|refresh-(lost|timeout)|' +
    'many-lives|timeouts|token-answers|metrics/life|workers/stuck).test',
)

class WaitingFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const projects = Object.groupBy(await super.sort(files), ({ project }) => project.name)
    return Object.values(projects).flatMap((specifications = []) => {
      const { first = [], then = [] } = Object.groupBy(specifications, ({ moduleId }) =>
        waiting.test(moduleId) ? 'first' : 'then',
      )
      return [...first, ...then]
    })
  }
}

const setupFiles = ['tests/support/loopback-only.ts']
const postgres = 'tests/support/postgres-setup.ts'
const embedded = 'tests/support/embedded-setup.ts'
const build = 'tests/support/build-setup.ts'
// Most of what these tests do is to wait for other processes.
const maxWorkers = 4
// The embedded database has a function so large that compiling it to better code takes longer than a file.
const withoutTierUp = ['--wasm-tiering-budget=1000000000']
// What is polled for comes when it comes; two cores can be busy.
const expect = { poll: { timeout: 20_000 } }
// These files take each other's modules as they are: loading them anew for each takes longer than the tests.
const small = { setupFiles, isolate: false, testTimeout: 60_000 }

// One project a kind of test, so that a slow kind can be run alone: `npm run test:flow`.
export default defineConfig({
  test: {
    sequence: { sequencer: WaitingFirst },
    projects: [
      { test: { name: 'unit', include: ['tests/unit/**/*.test.ts'], ...small } },
      {
        test: {
          name: 'packages',
          include: ['packages/*/tests/**/*.test.{ts,tsx}'],
          // The console is then the one that a page's own complaints go to, where a test hears them.
          disableConsoleIntercept: true,
          ...small,
        },
        // React Native runs on devices alone. Here its parts are those of the web, its web view a small one.
        resolve: {
          alias: {
            '@baton/react-native': `${import.meta.dirname}/packages/react-native/src/index.ts`,
            'react-native-webview': `${import.meta.dirname}/packages/react-native/tests/support/web-view.tsx`,
            'react-native': 'react-native-web',
          },
        },
      },
      {
        // Beside `npm test`, because some recipes want Debian packages: see `docs/verify-tokens-recipes.md`.
        test: {
          name: 'recipes',
          include: ['tests/recipes/**/*.test.ts'],
          setupFiles,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect,
        },
      },
      {
        // Beside `npm test`, for their many downloads: each example as a person would run it.
        test: {
          name: 'examples',
          include: ['tests/examples/**/*.test.ts'],
          // They have ports of their own, which their README names.
          fileParallelism: false,
          setupFiles,
          globalSetup: ['tests/support/chromium-setup.ts', 'tests/examples/support/demo-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 600_000,
          expect,
        },
      },
      {
        // Beside `npm test`: these tests need Debian packages, a build of the last release, or much time.
        test: {
          name: 'deploy',
          include: ['tests/deploy/**/*.test.ts'],
          isolate: false,
          fileParallelism: false,
          setupFiles,
          globalSetup: [build, postgres, embedded],
          execArgv: withoutTierUp,
          testTimeout: 120_000,
          hookTimeout: 60_000,
          expect,
        },
      },
      { test: { name: 'architecture', include: ['tests/architecture/**/*.test.ts'], ...small } },
      {
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts'],
          isolate: false,
          execArgv: withoutTierUp,
          setupFiles,
          globalSetup: [postgres, embedded],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect,
          maxWorkers,
        },
      },
      {
        test: {
          name: 'flow',
          include: ['tests/flow/**/*.test.ts'],
          exclude: ['tests/flow/proxy-next/**'],
          isolate: false,
          // Sign-ins at providers of their own wait for their access tokens to expire, all at the same time.
          maxConcurrency: 20,
          setupFiles,
          globalSetup: [build, postgres, embedded],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect,
          maxWorkers,
        },
      },
      {
        // The tests of the proxy again, with Next as the entry.
        test: {
          name: 'flow-next',
          include: ['tests/flow/proxy/**/*.test.ts', 'tests/flow/proxy-next/**/*.test.ts'],
          env: { BATON_ENTRY: 'next' },
          isolate: false,
          setupFiles,
          globalSetup: [build, postgres],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect,
          maxWorkers,
        },
      },
    ],
  },
})
