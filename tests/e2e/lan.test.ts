import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { connect } from 'node:tls'
import { promisify } from 'node:util'
import { type BrowserContext, test as base, devices, expect, type Page } from 'playwright/test'
import { anyDevice } from '../support/browser-test.ts'
import { chromiumLaunch } from '../support/chromium.ts'
import { freePort } from '../support/free-port.ts'
import { expectGoodLooks } from '../support/looks.ts'

// The demo as others in the network see it: by an address that is none of this machine's loopback, and by a
// name that only the network knows.
const name = 'baton-demo.example'
const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? [])
const outside = addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address
const address = outside ?? '127.0.0.2'

const network = `${name}=${address}`
const resolveName = `--import ${join(process.cwd(), 'tests/support/network-name.ts')}`

const launch = chromiumLaunch()
const test = base
test.use({
  launchOptions: {
    ...launch,
    args: launch.args?.map((arg) =>
      arg.startsWith('--host-resolver-rules')
        ? `--host-resolver-rules=MAP ${name} ${address}, MAP * ~NOTFOUND, EXCLUDE ${address}`
        : arg,
    ),
  },
})

type Lan = { url: string; guide: string; folder: string; said: () => string }

async function startLan(host: string, folder: string): Promise<Lan & { stop(): Promise<void> }> {
  const ports = await Promise.all(Array.from({ length: 6 }, () => freePort()))
  const at = (index: number) => `https://${host}:${ports[index]}`
  const child = spawn(process.execPath, ['demo/run.ts', '--lan-host', host], {
    env: {
      ...process.env,
      NODE_ENV: 'production',
      BATON_DATA_DIR: folder,
      BATON_URL: at(0),
      DEMO_IDP_URL: at(1),
      DEMO_BACKEND_URL: at(2),
      DEMO_WEB_URL: at(3),
      PORT: String(ports[4]),
      DEMO_GUIDE_PORT: String(ports[5]),
      NETWORK_NAME: network,
      NODE_OPTIONS: resolveName,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk))
  await ready(child, () => said)
  return {
    url: at(0),
    guide: `http://${host}:${ports[5]}/`,
    folder,
    said: () => said,
    async stop() {
      child.kill('SIGINT')
      await once(child, 'exit')
    },
  }
}

async function ready(child: ChildProcess, said: () => string): Promise<void> {
  await expect
    .poll(() => (child.exitCode === null ? said() : `ended: ${said()}`), { timeout: 100_000 })
    .toMatch(/^Baton is ready|^ended/m)
  expect(said()).toContain('Baton is ready')
}

for (const host of [address, name])
  base.describe(`at ${host === name ? 'a name' : 'an address'} of the network`, anyDevice, () => {
    let lan: Awaited<ReturnType<typeof startLan>>
    const folder = mkdtempSync(join(tmpdir(), 'baton-lan-'))
    base.beforeAll(async () => {
      base.setTimeout(120_000)
      lan = await startLan(host, folder)
    })
    base.afterAll(async () => {
      await lan?.stop()
      rmSync(folder, { recursive: true, force: true })
    })

    test('a phone begins at the guide, and continues the session of a desktop', async ({ browser }) => {
      const desktop = await open(browser.newContext({ ignoreHTTPSErrors: true }))
      await desktop.goto(`${lan.url}/sign-in`)
      await desktop.getByRole('button', { name: /Demo identity provider/ }).click()
      await desktop.getByLabel('Login').fill('demo')
      await desktop.getByLabel('Password').fill('demo')
      await desktop.getByRole('button', { name: 'Sign in' }).click()
      await desktop.waitForURL(`${lan.url}/`)
      const backend = '/api/backends/demo/api/authenticated/greeting'
      const greeting = await desktop.evaluate(async (path) => (await fetch(path)).json(), backend)
      expect(greeting).toEqual({ greeting: 'Hello, Demo User!' })

      const phone = await open(browser.newContext({ ...devices['Pixel 7'], ignoreHTTPSErrors: true }))
      await phone.goto(lan.guide)
      await expectGoodLooks(phone, 'the guide')
      await phone.getByRole('link', { name: 'Open the demo' }).click()
      await phone.waitForURL((url) => url.origin === lan.url)
      const uri = await desktop.evaluate(async () => {
        const answer = await fetch('/api/nonce', { method: 'POST', body: new URLSearchParams() })
        return ((await answer.json()) as { handoff_uri: string }).handoff_uri
      })
      expect(uri).toContain(lan.url)
      await phone.goto(uri)
      await phone.getByRole('button', { name: 'Continue' }).click()
      await phone.waitForURL(`${lan.url}/`)
      const session = await phone.evaluate(async () => (await fetch('/api/auth/session')).json())
      expect(session.user.name).toBe('Demo User')
      // Baton knows where calls come from, through its own front.
      expect(lan.said()).toContain(`"address":"${address}"`)
    })

    test('the stand-ins for an app and a television join it', async () => {
      const env = { ...process.env, BATON_DATA_DIR: folder, NODE_OPTIONS: resolveName, NETWORK_NAME: network }
      const run = promisify(execFile)
      const phone = ['demo/phone.ts', '--lan', '--user', 'demo', '--password', 'demo', '--json']
      const { stdout } = await run(process.execPath, phone, { env })
      expect(JSON.parse(stdout).handoff_uri).toContain(lan.url)
      const tv = spawn(process.execPath, ['demo/tv.ts', '--lan', '--json'], { env, stdio: 'pipe' })
      const [asked] = await once(createInterface({ input: tv.stdout }), 'line')
      expect(JSON.parse(String(asked)).verification_uri).toBe(`${lan.url}/device`)
      tv.kill()
    })

    test('the guide gives the authority that has signed the certificate of every part', async ({
      request,
    }) => {
      const loaded = await request.get(`http://127.0.0.1:${new URL(lan.guide).port}/baton-demo.crt`)
      const authority = readFileSync(join(folder, 'lan/authority.crt'), 'utf8')
      expect(lan.said()).toContain(new X509Certificate(authority).fingerprint256)
      expect(await loaded.text()).toBe(authority)
      const parts = [...lan.said().matchAll(/https:\/\/[^\s"]+:(\d+)/g)].map(([, port]) => Number(port))
      expect(new Set(parts).size).toBeGreaterThanOrEqual(4)
      for (const port of new Set(parts)) {
        const socket = connect({
          host: '127.0.0.1',
          port,
          servername: host === name ? name : '',
          ca: authority,
        })
        await once(socket, 'secureConnect')
        expect(socket.authorized).toBe(true)
        socket.destroy()
      }
    })
  })

async function open(context: Promise<BrowserContext>): Promise<Page> {
  return (await context).newPage()
}
