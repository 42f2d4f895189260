import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { emptyPostgres } from '../support/databases.ts'
import { runInContainer } from '../support/deploy/container.ts'
import { commit } from '../support/deploy/image.ts'
import { type Manifest, rendered } from '../support/deploy/manifests.ts'
import { test } from '../support/deploy/test-image.ts'

const building = { timeout: 600_000 }

function bytesOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((total, { parentPath, name }) => total + statSync(join(parentPath, name)).size, 0)
}

test(
  'the image has what production runs, in less than 350 MB, and nothing of the build',
  building,
  ({ image: { root, config } }) => {
    expect(bytesOf(join(root, 'app'))).toBeLessThan(350_000_000)
    const packages = readdirSync(join(root, 'app/node_modules'))
    expect(packages).toEqual(expect.arrayContaining(['next', 'node', 'pg', 'oidc-provider']))
    for (const name of ['typescript', 'prisma', 'vitest', 'sharp', 'esbuild'])
      expect(packages).not.toContain(name)
    for (const name of [
      'tests',
      'demo',
      '.git',
      '.env',
      'next.config.ts',
      'node_modules/@next/swc-linux-x64-gnu',
    ])
      expect(existsSync(join(root, 'app', name))).toBe(false)
    expect(existsSync(join(root, 'usr/local/bin/npm'))).toBe(false)
    // Whoever has broken into the process changes nothing of the program, even without a read-only root.
    const writable = execFileSync(
      'find',
      [join(root, 'app'), '!', '-type', 'l', '(', '-perm', '/o+w', '-o', '-user', '10001', ')'],
      { encoding: 'utf8' },
    )
    expect(writable).toBe('')
    expect(config).toMatchObject({ User: '10001:10001', Cmd: ['node', 'server.ts', '--production'] })
    expect(config.Env).toContain('WEB_CONCURRENCY=1')
  },
)

test(
  'from a read-only root and as its own user it migrates, serves, is healthy, and stops with 0',
  building,
  async ({ image: { root, config }, startBaton, runInImage, browser, url }) => {
    const container = await startBaton()
    const health = () => runInImage(...config.Healthcheck.Test.slice(1))
    expect(await health()).toMatchObject({ exitCode: 0 })
    const status = readFileSync(`/proc/${container.process.pid}/status`, 'utf8')
    expect(status).toMatch(/^Uid:\s+10001\s+10001\s+10001\s+10001$/m)
    expect(status).toMatch(/^CapEff:\s+0+$/m)
    const written = await runInImage('sh', '-c', 'touch /app/x /tmp/x /etc/x /var/lib/baton/x')
    expect(written.stderr.match(/Read-only file system/g)).toHaveLength(4)
    // Before anybody comes. Kilobytes.
    expect(Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) * 1024).toBeLessThan(200_000_000)
    expect(await (await fetch(`${url}/api/version`)).json()).toMatchObject({ commit })

    const person = browser()
    await person.signIn()
    const answer = await person.ownPage('/api/backends/demo/api/authenticated/greeting')
    expect(await answer.json()).toEqual({ greeting: 'Hello, Demo User!' })
    const { nonce } = await person.askForNonce()
    const other = browser()
    expect((await other.redeem(nonce)).status).toBe(303)
    for (const path of ['/', '/sessions', '/activity', '/nothing'])
      expect([200, 404]).toContain((await other.request(path)).status)
    const script = /\/_next\/static\/[^"]+\.js/.exec(await (await other.request('/')).text())?.[0]
    expect((await other.request(script as string)).status).toBe(200)

    const check = await runInImage('baton', 'check')
    expect(check).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('all migrations of this version'),
    })
    expect(await container.stop()).toBe(0)
    expect(container.log()).toContain('"event":"server.stopped"')
    expect(container.log()).not.toMatch(/"level":"(warn|error|fatal)"|EROFS/)
    expect((await health()).exitCode).not.toBe(0)
    expect(readdirSync(join(root, 'var/lib/baton'))).toEqual([])
  },
)

type ConfigMap = { data: Record<string, string> }
type Job = { spec: { template: { spec: { containers: [{ args: string[] }] } } } }

test(
  'the migration Job migrates an empty database in the image, and then finds nothing pending',
  building,
  async ({ image, options, configuration }) => {
    const manifests = rendered('deploy/kubernetes/migration')
    const ofKind = <Shape>(wanted: string) =>
      manifests.find(({ kind }) => kind === wanted) as Manifest & Shape
    await configuration.write(JSON.parse(ofKind<ConfigMap>('ConfigMap').data['baton.config.json'] as string))
    const [{ args }] = ofKind<Job>('Job').spec.template.spec.containers
    const env = { ...options.env, DATABASE_URL: await emptyPostgres() }
    const migrate = () => runInContainer(image, { ...options, env }, args)
    expect(await migrate()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Applied:') })
    expect(await migrate()).toMatchObject({ exitCode: 0, stdout: 'No migration is pending.\n' })
  },
)
