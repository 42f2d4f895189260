import { listen } from './partners.ts'
import { startProxyStage } from './proxy-stage.ts'

export type RecordedPaths = Awaited<ReturnType<typeof startRecordedPaths>>

/** A Baton with one backend twice, at its root and below a base (`root`, `based`), which notes the request targets that it sees. */
export async function startRecordedPaths() {
  const seen: (string | undefined)[] = []
  const recorder = await listen((request, response) => {
    seen.push(request.url)
    response.end()
  })
  const proxy = await startProxyStage({
    backends: [
      { name: 'root', url: recorder.url },
      { name: 'based', url: `${recorder.url}/base/` },
    ],
  })
  return {
    proxy,
    seen,
    async close() {
      await proxy.close()
      await recorder.close()
    },
  }
}
