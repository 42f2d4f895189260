import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { authSecret } from '../support/baton.ts'
import { emptyPostgres } from '../support/databases.ts'
import { freePort } from '../support/free-port.ts'
import { startPartners } from '../support/partners.ts'
import { newPerson } from '../support/person.ts'
import { debianProgram } from '../support/servers/debian-program.ts'
import { test as base, perFile } from '../support/test.ts'

const analyze = (...args: string[]) =>
  execFileSync(debianProgram('systemd-analyze', 'systemd'), args, { encoding: 'utf8', stdio: 'pipe' })

const test = base
  .extend('folder', perFile, async ({ closing }) => {
    const folder = await mkdtemp(join(tmpdir(), 'baton-unit-'))
    closing({ close: () => rm(folder, { recursive: true, force: true }) })
    return folder
  })
  /** The unit as it would be for this checkout. */
  .extend('unit', perFile, async () =>
    (await readFile('deploy/systemd/baton.service', 'utf8')).replaceAll('/opt/baton', resolve('.')),
  )
  .extend('file', perFile, async ({ folder, unit }) => {
    const file = join(folder, 'baton.service')
    await writeFile(file, unit)
    return file
  })

test('systemd finds no fault in the unit, and little that it leaves open', ({ file }) => {
  expect(analyze('verify', file)).toBe('')
  // In tenths, from 0 to 100; a unit without hardening has 96. Fails above the threshold.
  const exposure = analyze('security', '--offline=true', '--threshold=15', file)
  expect(exposure).toMatch(/Overall exposure level for baton.service: [01]\.\d OK/)
})

test('a user and a group baton are made for it', async ({ folder }) => {
  const program = debianProgram('systemd-sysusers', 'systemd')
  await mkdir(join(folder, 'etc'))
  execFileSync(program, ['--root', folder, resolve('deploy/systemd/baton.conf')], { stdio: 'pipe' })
  expect(await readFile(join(folder, 'etc/passwd'), 'utf8')).toMatch(
    /^baton:.*:\/var\/lib\/baton:.*nologin$/m,
  )
})

test('what the unit starts makes no system call that the unit forbids', {
  timeout: 240_000,
}, async ({ unit, folder, closing }) => {
  const { allowed, denied } = filterOf(unit)
  const port = await freePort()
  const demo = await closing(startPartners({ batonPort: port }))
  const config = join(folder, 'baton.config.json')
  await writeFile(config, JSON.stringify(demo.config()))
  const given = Object.fromEntries(
    [...unit.matchAll(/^Environment=(.*)$/gm)]
      .flatMap(([, line = '']) => line.split(' '))
      .map((pair) => pair.split('=') as [string, string]),
  )
  const [, command = ''] = /^ExecStart=(.*)$/m.exec(unit) ?? []
  const trace = join(folder, 'calls')
  const args = [
    '--follow-forks',
    '--seccomp-bpf',
    '--signal=none',
    `--output=${trace}`,
    ...command.split(' '),
  ]
  const url = `http://localhost:${port}`
  const child = spawn(debianProgram('strace', 'strace'), args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...given,
      NODE_ENV: 'production',
      BATON_URL: url,
      PORT: String(port),
      AUTH_SECRET: authSecret,
      DATABASE_URL: await emptyPostgres(),
      DRAIN_SECONDS: '0',
      BATON_CONFIG: config,
    },
  })
  const ended = once(child, 'exit')
  closing({ close: () => child.kill('SIGKILL') })
  while (
    !(await fetch(`${url}/api/ready`).then(
      (answer) => answer.ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null) throw new Error('Baton did not start')
    await sleep(100)
  }
  const person = newPerson(url)
  await person.signIn()
  expect((await person.ownPage('/api/backends/demo/api/authenticated/greeting')).status).toBe(200)
  expect((await person.request('/sessions')).status).toBe(200)
  const [first = ''] = (await readFile(trace, 'utf8')).split(' ', 1)
  process.kill(Number(first), 'SIGTERM')
  expect(await ended).toEqual([0, null])

  const lines = (await readFile(trace, 'utf8')).matchAll(/^\d+ +([a-z]\w*)\(/gm)
  const made = [...new Set([...lines].map(([, name = '']) => name))]
  expect(made).toEqual(expect.arrayContaining(['execve', 'accept4', 'connect', 'clone3']))
  expect(made.filter((name) => !allowed.has(name) || denied.has(name))).toEqual([])
})

/** The system calls that the unit allows, and those that it takes away from them again. */
function filterOf(unit: string) {
  const lines = [...unit.matchAll(/^SystemCallFilter=(~?)(.*)$/gm)]
  const sets = (mark: string) =>
    new Set(
      lines
        .filter(([, found]) => found === mark)
        .flatMap(([, , names = '']) => names.split(' '))
        .flatMap(callsOf),
    )
  // What systemd needs itself is always allowed.
  const allowed = sets('').union(new Set(callsOf('@default')))
  return { allowed, denied: sets('~') }
}

function callsOf(set: string): string[] {
  const names = analyze('syscall-filter', set)
    .split('\n')
    .slice(1)
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((name) => name !== '')
  return names.flatMap((name) => (name.startsWith('@') ? callsOf(name) : [name]))
}
