import { listen } from './partners.ts'
import { perFile } from './test.ts'
import { test as base, withBackends } from './test-proxy.ts'

/**
 * Tests of request targets. The same backend is configured twice: at its root (`root`) and below a base
 * (`based`).
 */
export const test = base
  .extend('recorder', perFile, ({ closing }) => {
    const seen: (string | undefined)[] = []
    const server = listen((request, response) => {
      seen.push(request.url)
      response.end()
    })
    return closing(server.then((listening) => ({ ...listening, seen })))
  })
  /** The request targets that the backend saw in this test. */
  .extend('seen', ({ recorder }) => {
    recorder.seen.length = 0
    return recorder.seen
  })
  .extend('setup', perFile, ({ recorder: { url } }) =>
    withBackends({ name: 'root', url }, { name: 'based', url: `${url}/base/` }),
  )
