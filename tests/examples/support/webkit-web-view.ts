import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { requireDebian } from '../../recipes/support/require-debian.ts'
import type { ShowApp } from './device-web-view.ts'

type Told = { message: unknown } | { id: number; result?: unknown; error?: string }

/**
 * Shows an app in WebKit at `capacitor://localhost`, as iOS does. WebKitGTK has the same engine as WKWebView,
 * the same way to serve a scheme of one's own, and the same `webkit.messageHandlers`.
 */
export function inWebKit(folder: string): ShowApp {
  requireDebian(['gir1.2-webkit2-4.1', 'python3-gi', 'xvfb'])
  return async ({ script, receive }) => {
    const screen = spawn('Xvfb', ['-displayfd', '1', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const [display] = await once(createInterface({ input: screen.stdout }), 'line')
    const program = ['tests/examples/support/webkit-web-view.py', folder]
    const child = spawn('/usr/bin/python3', program, {
      env: { ...process.env, DISPLAY: `:${display}`, GDK_BACKEND: 'x11', NO_AT_BRIDGE: '1' },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const answers = new Map<number, PromiseWithResolvers<unknown>>()
    createInterface({ input: child.stdout }).on('line', (line) => {
      const told = JSON.parse(line) as Told
      if ('message' in told) return receive(told.message)
      const answer = answers.get(told.id)
      if (told.error === undefined) answer?.resolve(told.result)
      else answer?.reject(new Error(told.error))
    })
    child.once('exit', () => {
      for (const answer of answers.values()) answer.reject(new Error('the web view has ended'))
    })
    const write = (order: unknown) => child.stdin.write(`${JSON.stringify(order)}\n`)
    write({ script })

    return {
      run(script) {
        const answer = Promise.withResolvers<unknown>()
        const id = answers.size
        answers.set(id, answer)
        write({ id, script })
        return answer.promise
      },
      async close() {
        child.stdin.end()
        if (child.exitCode === null) await once(child, 'exit')
        screen.kill()
        if (screen.exitCode === null && screen.signalCode === null) await once(screen, 'exit')
      },
    }
  }
}
