import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { compileJava, requireJdk, utf8 } from './jdk.ts'

const sources = ['examples/android/core/src/main/java', 'examples/android/core/src/test/java']

/** What the app answers: of these what its order gives, or what the library threw. */
type Told = {
  url: string
  urlForBrowser: string
  headers: Record<string, string>
  text: string
  webNonce: string
  DPoP: string | undefined
  status: number
  contentType: string
  rawBytes: string
  body: string
  threw: { code: string; text: string }
}

export type NativeApp = Awaited<ReturnType<typeof startNativeApp>>

/**
 * Compiles the core of the Android app, and starts the program that stands for the app: one order a line in,
 * one answer a line out.
 */
export async function startNativeApp() {
  requireJdk()
  const classes = await mkdtemp(join(tmpdir(), 'baton-android-'))
  await compileJava(sources, classes)
  const child = spawn('java', [...utf8, '-cp', classes, 'org.example.baton.Driver'], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  let written = ''
  child.stderr.setEncoding('utf8').on('data', (text) => {
    written += text
  })

  return {
    classes,
    /** Has the app do something. */
    async ask(order: Record<string, string | undefined>): Promise<Told> {
      child.stdin.write(`${JSON.stringify(order)}\n`)
      const line = await lines.next()
      if (line.done) throw new Error(`The app has ended:\n${written}`)
      return JSON.parse(line.value)
    },
    /** What the app has written beside its answers. */
    logged: () => written,
    async stop() {
      child.stdin.end()
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      await rm(classes, { recursive: true, force: true })
    },
  }
}
