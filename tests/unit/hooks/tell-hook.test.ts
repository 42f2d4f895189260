import { expect, test } from 'vitest'
import { tellHook } from '#lib/hooks/tell-hook.ts'
import { report } from '#lib/telemetry/reports.ts'
import { readableLog } from '../../support/log.ts'

const event = (id: number) =>
  report('handoff', { type: 'issued', reason: null, event: { type: 'issued', id } })

test('a thousand calls of onEvent run at once; more are not told, which is logged once', async () => {
  const { log, text } = readableLog()
  const [ids, { promise, resolve }] = [[] as unknown[], Promise.withResolvers<void>()]
  const onEvent = ({ id }: Record<string, unknown>) => {
    ids.push(id)
    return promise
  }
  const stop = tellHook({ hooks: { onEvent }, log })
  for (let id = 0; id < 1_100; id++) event(id)
  await Promise.resolve()
  expect(ids).toEqual(Array.from({ length: 1_000 }, (_, id) => id))
  expect(text().match(/hook\.dropped/g)).toHaveLength(1)
  resolve()
  await stop()
  event(2_000)
  await Promise.resolve()
  expect(ids).toHaveLength(1_000)
})

test('what onEvent does with an event changes it for nobody else', async () => {
  const { log } = readableLog()
  const kept = { type: 'issued', by: { browser: 'Firefox' } }
  const onEvent = (event: Record<string, unknown>) => {
    ;(event.by as { browser: string }).browser = 'none'
  }
  const stop = tellHook({ hooks: { onEvent }, log })
  report('handoff', { type: 'issued', reason: null, event: kept })
  await stop()
  expect(kept.by.browser).toBe('Firefox')
})
