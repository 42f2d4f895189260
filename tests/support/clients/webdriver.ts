import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { chromiumLaunch, chromiumPath } from '../chromium.ts'
import { serversToClose } from '../closing.ts'
import { freePort } from '../free-port.ts'
import { debianProgram } from '../servers/debian-program.ts'

/** The browsers of Debian that speak WebDriver: the program, and what it is told about its browser. */
const drivers = {
  Chromium: {
    program: ['chromedriver', 'chromium-driver'],
    options: (proxyUrl: string) => ({
      'goog:chromeOptions': {
        binary: chromiumPath(),
        args: ['--headless=new', `--proxy-server=${proxyUrl}`, ...(chromiumLaunch().args ?? [])],
      },
    }),
  },
  WebKit: {
    program: ['WebKitWebDriver', 'webkit2gtk-driver'],
    options: (proxyUrl: string) => ({
      'webkitgtk:browserOptions': {
        binary: '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser',
        args: ['--automation', `--proxy=${proxyUrl}`],
      },
    }),
  },
} as const

/** A browser with an empty cookie jar and one window, which every test of it begins with. */
export type Window = {
  goto(url: string): Promise<void>
  /** Runs the body of a function that is given `done`, and gives what that is called with. */
  run(script: string): Promise<unknown>
  /** Does the same in the page's iframe, whatever its origin. */
  runInFrame(script: string): Promise<unknown>
  /** Clicks as a person does. */
  click(selector: string): Promise<void>
  close(): Promise<void>
}

/** Starts the driver of a browser; its windows reach the servers of the test by this proxy alone. */
export async function startWebDriver(name: keyof typeof drivers, proxyUrl: string) {
  const { program, options } = drivers[name]
  const servers = serversToClose()
  const display = await servers.add(startDisplay())
  const port = await freePort()
  const driver = spawn(debianProgram(program[0], program[1]), [`--port=${port}`], {
    stdio: 'ignore',
    env: { ...process.env, DISPLAY: display.name },
  })
  servers.add({ close: () => end(driver) })

  async function send(method: string, path: string, body?: object) {
    const init = { method, ...(body && { body: JSON.stringify(body) }) }
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, init)
    const { value } = (await answer.json()) as { value: unknown }
    if (!answer.ok) throw new Error(`${method} ${path}: ${JSON.stringify(value)}`)
    return value
  }
  while (!(await send('GET', '/status').catch(() => false))) await sleep(50)

  async function newWindow(): Promise<Window> {
    const alwaysMatch = { acceptInsecureCerts: true, ...options(proxyUrl) }
    const { sessionId } = (await send('POST', '/session', { capabilities: { alwaysMatch } })) as {
      sessionId: string
    }
    const session = `/session/${sessionId}`
    const find = async (selector: string) =>
      (await send('POST', `${session}/element`, { using: 'css selector', value: selector })) as object
    const run = (script: string) =>
      send('POST', `${session}/execute/async`, { script: `const done = arguments[0]; ${script}`, args: [] })
    return {
      async goto(url) {
        await send('POST', `${session}/url`, { url })
      },
      run,
      async runInFrame(script) {
        await send('POST', `${session}/frame`, { id: await find('iframe') })
        const outcome = await run(script)
        await send('POST', `${session}/frame`, { id: null })
        return outcome
      },
      async click(selector) {
        const [element] = Object.values(await find(selector))
        await send('POST', `${session}/element/${element}/click`, {})
      },
      async close() {
        await send('DELETE', session)
      },
    }
  }
  return { newWindow, close: servers.close }
}

/** An X display without a screen, because WebKit's browser has no way to do without. */
async function startDisplay() {
  const args = ['-displayfd', '1', '-nolisten', 'tcp', '-screen', '0', '1280x720x24']
  const server = spawn(debianProgram('Xvfb', 'xvfb'), args, { stdio: ['ignore', 'pipe', 'ignore'] })
  const [number] = await once(server.stdout, 'data')
  return { name: `:${String(number).trim()}`, close: () => end(server) }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}
