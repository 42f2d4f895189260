import { expect } from 'vitest'
import { callerTrace, spansOf, test } from '../../support/test-traces.ts'

test('with Next as the entry a call to the API has its spans, and its backend gets them', async ({
  collector,
  person,
}) => {
  const { traceId, spanId, headers } = callerTrace()
  const answer = await person.ownPage('/api/backends/demo/api/authenticated/echo/of/bob', { headers })
  const seen = (await answer.json()) as { headers: { traceparent: string } }
  const [server, call] = await spansOf(collector, traceId, 'GET /api/backends/*', 'GET')
  expect(server).toMatchObject({
    kind: 'server',
    parentSpanId: spanId,
    attributes: { 'http.response.status_code': 200, 'baton.backend': 'demo' },
  })
  expect(call).toMatchObject({ kind: 'client', parentSpanId: server?.spanId })
  expect(seen.headers.traceparent).toBe(`00-${traceId}-${call?.spanId}-01`)
})
