import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { listen } from '../partners.ts'

type Answer =
  | { status?: number; body?: unknown; type?: string; headers?: Record<string, string> }
  | 'never'
  | 'reset'

/** What a provider's token endpoint was asked. */
type TokenRequest = { form: Record<string, string>; authorization: string | undefined }

/** A provider with a token endpoint that answers what a test says, and keeps what it was asked. */
export async function startTokenEndpoint() {
  const requests: TokenRequest[] = []
  let answer: Answer = {}
  const server = await listen(async (req, res) => {
    const url = `http://${req.headers.host}`
    if (req.url !== '/token') {
      res.setHeader('content-type', 'application/json')
      res.end(JSON.stringify({ issuer: url, token_endpoint: `${url}/token` }))
      return
    }
    requests.push(await asked(req))
    if (answer === 'never') return
    if (answer === 'reset') {
      req.socket.destroy()
      return
    }
    const { status = 200, body, type = 'application/json', headers } = answer
    res.writeHead(status, { 'content-type': type, ...headers })
    res.end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  return {
    url: server.url,
    close: server.close,
    requests,
    /** Forgets what it was asked and answers this from now on; a body that is no text goes as JSON. */
    willAnswer(next: Answer) {
      requests.length = 0
      answer = next
    },
  }
}

async function asked(req: IncomingMessage): Promise<TokenRequest> {
  return {
    form: Object.fromEntries(new URLSearchParams(await text(req))),
    authorization: req.headers.authorization,
  }
}
