import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'

const start = `
  const { openLog } = await import('#lib/telemetry/logger.ts')
  const { tell } = await import('#lib/telemetry/tell.ts')
  const { whileAnswering } = await import('#lib/telemetry/request-record.ts')
`

/** What a process writes that opens the log in this form and then does this. */
async function written(format: 'json' | 'pretty', does: string) {
  const code = `${start}\nconst log = await openLog({ level: 'info', format: '${format}' })\n${does}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { lines: stdout.split('\n').slice(0, -1), stderr }
}

const parsed = (lines: string[]) => lines.map((line) => JSON.parse(line))

test('lines have ISO times, names of levels, and the ids of their request, one alike the other', async () => {
  const { lines, stderr } = await written(
    'json',
    `const trace = { traceId: 'of the trace', traceparent: '' }
     whileAnswering({ id: 'one', trace }, () => {
       tell(log, 'refresh.done', { provider: 'a' })
       tell(log, 'refresh.overtaken')
     })
     tell(log, 'keys.rotated', { keys: [] })`,
  )
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  const ids = { requestId: 'one', traceId: 'of the trace' }
  const help = 'docs/troubleshooting.md#refresh-overtaken'
  expect(parsed(lines)).toEqual([
    { level: 'info', time, ...ids, event: 'refresh.done', provider: 'a', msg: 'access token refreshed' },
    { level: 'warn', time, ...ids, event: 'refresh.overtaken', help, msg: expect.any(String) },
    { level: 'info', time, event: 'keys.rotated', keys: [], msg: expect.any(String) },
  ])
  expect(stderr).toBe('')
})

test.each(['process.exit(1)', 'throw new Error("out of the blue")'])(
  'no line is lost when the process ends by %s',
  async (end) => {
    const { lines } = await written(
      'json',
      `for (let count = 0; count < 5000; count++) tell(log, 'session.ended', { sids: [count] })\n${end}`,
    )
    const ended = parsed(lines).filter(({ event }) => event === 'session.ended')
    expect(ended.map(({ sids }) => sids[0])).toEqual(Array.from({ length: 5000 }, (_, count) => count))
  },
)

test('what anything else writes to either output becomes a short line without colours', async () => {
  const { lines, stderr } = await written(
    'json',
    `process.stdout.write('\\u001b[32mready\\u001b[0m in\\n two lines\\n')
     process.stdout.write(Buffer.from('bytes'))
     process.stdout.write('\\n')
     process.stderr.write('x'.repeat(100_000))
     process.emitWarning('careful')
     await new Promise((written) => process.stdout.write('heard', written))
     await new Promise((later) => setTimeout(later, 50))`,
  )
  expect(stderr).toBe('')
  expect(parsed(lines)).toEqual([
    expect.objectContaining({ event: 'output', level: 'info', text: 'ready in\n two lines' }),
    expect.objectContaining({ event: 'output', text: 'bytes' }),
    expect.objectContaining({ event: 'output.error', level: 'warn', text: 'x'.repeat(1500) }),
    expect.objectContaining({ event: 'output', text: 'heard' }),
    expect.objectContaining({ event: 'output.error', text: expect.stringContaining('careful') }),
  ])
})

test('for people a line is text, with time, level, words and fields; nothing is captured', async () => {
  const { lines } = await written(
    'pretty',
    `tell(log, 'backend.down', { backend: 'orders', seconds: 5 })
     process.stdout.write('plain\\n')`,
  )
  expect(lines).toHaveLength(2)
  expect(lines[0]).toMatch(/^\[\d\d:\d\d:\d\d\.\d{3}\] WARN: a backend is left alone.*"backend":"orders"/)
  expect(lines[1]).toBe('plain')
})

test('a reader who stops costs bounded memory, and learns how many lines were lost', {
  timeout: 60_000,
}, async () => {
  const code = `${start}
    const log = await openLog({ level: 'info', format: 'json' })
    const long = 'x'.repeat(1000)
    for (let round = 0; round < 20; round++) {
      for (let line = 0; line < 3000; line++) tell(log, 'request.refused', { description: long })
      await new Promise((resolve) => setTimeout(resolve, 60))
    }
    process.send(process.memoryUsage().rss)
    process.once('message', async () => {
      await new Promise((resolve) => setTimeout(resolve, 500))
      if (process.connected) process.disconnect()
    })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const stdout = child.stdout as Readable
  const [rss] = (await once(child, 'message')) as [number]
  expect(rss).toBeLessThan(300 * 1024 * 1024)
  const read = text(stdout)
  child.send('read')
  const lines = (await read).trimEnd().split('\n')
  const dropped = lines.map((line) => JSON.parse(line)).find(({ event }) => event === 'log.dropped')
  expect(dropped).toMatchObject({ level: 'warn', lines: expect.any(Number) })
  const written = lines.filter((line) => line.includes('request.refused')).length
  expect(written + dropped.lines).toBe(60_000)
  expect(dropped.lines).toBeGreaterThan(10_000)
})
