import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { configOf } from '../support/config.ts'
import { freePort } from '../support/free-port.ts'
import { copyRepository, shell } from '../support/installation.ts'
import { readSteps, type Step } from '../support/tutorial/read-steps.ts'
import { isSame, isShown } from '../support/tutorial/shown.ts'
import { newTerminals } from '../support/tutorial/terminals.ts'
import { openWindows } from '../support/tutorial/windows.ts'
import { withSection } from '../support/tutorial/with-section.ts'

// The tutorial, done as it says: each test is a section, and stands on those before.
const timeout = 600_000

const ports = new Map(
  await Promise.all(['3000', '4000', '4001', '4002'].map(async (port) => [port, await freePort()] as const)),
)
const document = (await readFile('docs/tutorial.md', 'utf8')).replaceAll(/\b(?:3000|400[012])\b/g, (port) =>
  String(ports.get(port)),
)
const sections = readSteps(document).filter(({ steps }) => steps.length > 0)

const root = await mkdtemp(join(tmpdir(), 'baton-tutorial-'))
const folder = join(root, 'reader')
/** The repository at the address that the reader clones: what is in this folder now. */
const origin = join(root, 'origin')
// The reader has the Node.js of the machine, where the tests run on the repository's.
const PATH = shell.PATH?.split(delimiter)
  .filter((path) => !path.includes('node_modules'))
  .join(delimiter)
const terminals = newTerminals(folder, {
  ...shell,
  PATH,
  npm_config_prefer_offline: 'true',
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: `url.${origin}.insteadOf`,
  GIT_CONFIG_VALUE_0: 'https://github.com/baton-project/baton',
})
let windows: Awaited<ReturnType<typeof openWindows>>

beforeAll(async () => {
  await mkdir(folder, { recursive: true })
  await mkdir(origin)
  await copyRepository(origin)
  const git = (...args: string[]) => execFileSync('git', ['-C', origin, ...args])
  git('init', '--quiet')
  git('add', '--all')
  git(
    '-c',
    'user.name=Baton',
    '-c',
    'user.email=baton@example.org',
    '-c',
    'commit.gpgsign=false',
    'commit',
    '--quiet',
    '-m',
    'now',
  )
  windows = await openWindows()
})
afterAll(async () => {
  await windows?.close()
  await terminals.close()
  await rm(root, { recursive: true, force: true })
})

/** What the last step shows, and goes on to show where it runs on. */
let shown: () => unknown = () => undefined

async function follow(step: Step): Promise<void> {
  switch (step.kind) {
    case 'write':
      return writeFile(join(folder, step.file), step.text)
    case 'type': {
      const output = await terminals.type(step.command)
      shown = () => output
      return
    }
    case 'start':
      shown = await terminals.start(step.command)
      return
    case 'console': {
      const answer = await windows.console(step.script)
      shown = () => answer
      return
    }
    case 'see':
      return see(step)
    case 'alternative': {
      const file = await readFile(join(folder, 'baton.config.json'), 'utf8')
      await expect(configOf(withSection(file, step.section, step.text))).resolves.toBeDefined()
      return
    }
    case 'browse':
      for (const sentence of step.sentences) await windows.follow(sentence)
  }
}

async function see({ expected, form }: Extract<Step, { kind: 'see' }>): Promise<void> {
  // Where it is there, what is expected; else what there is, for the message.
  const found = () => {
    const value = shown()
    if (form === 'text') return isShown(expected, String(value)) ? expected : value
    const json = typeof value === 'string' ? JSON.parse(value) : value
    return isSame(JSON.parse(expected), json) ? expected : json
  }
  await expect.poll(found).toBe(expected)
}

let failed: string | undefined

test.each(sections.map(({ heading, steps }) => [heading, steps] as const))(
  '%s',
  { timeout },
  async (heading, steps) => {
    expect(failed, 'a section before this one failed').toBeUndefined()
    failed = heading
    for (const step of steps) await follow(step)
    failed = undefined
  },
)
