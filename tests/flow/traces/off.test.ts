import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { startOtlpReceiver } from '../../support/servers/otlp-receiver.ts'
import type { Setup } from '../../support/stage.ts'
import { test as base, perFile } from '../../support/test.ts'
import { callerTrace, tracesTo } from '../../support/test-traces.ts'

const echo = '/api/backends/demo/api/authenticated/echo'
const probe = join(import.meta.dirname, '../../support/loaded-modules.ts')
// Next and `prom-client` have the API, which does nothing by itself, as a dependency of their own.
const sdk = /@opentelemetry\/(?!api\/)/

const test = base
  .extend('folder', perFile, async ({ closing }) => {
    const folder = await mkdtemp(join(tmpdir(), 'baton-modules-'))
    closing({ close: () => rm(folder, { recursive: true, force: true }) })
    return folder
  })
  .extend('setup', perFile, ({ folder }): Setup => ({ env: loadedTo(join(folder, 'off')) }))
  .extend('collector', perFile, ({ closing }) => closing(startOtlpReceiver()))

const loadedTo = (file: string) => ({ NODE_OPTIONS: `--import ${probe}`, LOADED_MODULES: file })
const loaded = async (file: string) => (existsSync(file) ? await readFile(file, 'utf8') : '')

test('without its variables nothing of the SDK is loaded, and a caller’s trace goes on as it came', async ({
  folder,
  person,
}) => {
  const { headers } = callerTrace()
  const answer = await person.ownPage(echo, { headers })
  const seen = (await answer.json()) as { headers: Record<string, string> }
  expect(seen.headers.traceparent).toBe(headers.traceparent)
  const without = await person.ownPage(echo)
  expect(((await without.json()) as { headers: object }).headers).not.toHaveProperty('traceparent')
  await person.ownPage('/sessions')
  expect(await loaded(join(folder, 'off'))).not.toMatch(sdk)
})

test('the look at the modules sees them where tracing is on', async ({ folder, startAnother, collector }) => {
  const file = join(folder, 'on')
  await startAnother({ env: { ...loadedTo(file), ...tracesTo(collector.url) } })
  expect(await loaded(file)).toMatch(sdk)
  await expect.poll(() => collector.spans.map(({ name }) => name)).toContain('GET /api/ready')
})

test.for<[string, Record<string, string>]>([
  ['OTEL_SDK_DISABLED', { OTEL_SDK_DISABLED: 'true' }],
  ['the exporter `none`', { OTEL_TRACES_EXPORTER: 'none' }],
])('%s turns it off, whatever else is set', async ([name, more], { folder, startAnother, collector }) => {
  const file = join(folder, name)
  await startAnother({ env: { ...loadedTo(file), ...tracesTo(collector.url), ...more } })
  expect(await loaded(file)).not.toMatch(sdk)
})
