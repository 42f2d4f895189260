import type { IncomingHttpHeaders, RequestListener } from 'node:http'
import { text } from 'node:stream/consumers'
import { listen } from '../partners.ts'

/** A token service that answers as a test says, and keeps what it was asked. */
export async function startTokenService(port = 0) {
  const asked: { headers: IncomingHttpHeaders; form: Record<string, string> }[] = []
  let answer: RequestListener = (_, res) => res.end()
  const { url, close } = await listen(async (req, res) => {
    asked.push({ headers: req.headers, form: Object.fromEntries(new URLSearchParams(await text(req))) })
    answer(req, res)
  }, port)
  return {
    url: `${url}/token`,
    asked,
    close,
    /** Answers so from now on. */
    will(next: RequestListener) {
      asked.length = 0
      answer = next
    },
  }
}
