import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { RequestHandler } from 'express'

const BODY_LIMIT = 2 * 1024 * 1024

/**
 * Answers `{method, url, headers, body}` as received, with the SHA-256 in place of the bearer token.
 *
 * `?status=NNN` sets the status of the answer. `?header=Name:Value` adds a header, and may be repeated.
 */
export const echo: RequestHandler = async (request, response) => {
  const body = await readText(request)
  if (body === undefined) {
    response.status(413).set('Connection', 'close')
    response.json({ error: 'payload_too_large', error_description: 'The echo takes bodies of up to 2 MB.' })
    return
  }

  const query = new URLSearchParams(request.originalUrl.split('?').slice(1).join('?'))
  const status = Number(query.get('status') ?? 200)
  const headers = query.getAll('header').map((header) => /^([^:]+):(.*)$/.exec(header))
  if (!Number.isInteger(status) || status < 200 || status > 599 || headers.includes(null)) {
    response.status(400)
    response.json({
      error: 'invalid_request',
      error_description: 'status is 200 to 599, header is Name:Value.',
    })
    return
  }

  for (const header of headers) response.append(header?.[1] ?? '', header?.[2]?.trim() ?? '')
  response.status(status).json({
    method: request.method,
    url: request.originalUrl,
    headers: withoutToken(request.headers),
    body,
  })
}

async function readText(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    length += chunk.length
    if (length > BODY_LIMIT) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function withoutToken(headers: IncomingMessage['headers']) {
  const token = headers.authorization?.replace(/^bearer +/i, '') ?? ''
  const digest = createHash('sha256').update(token).digest('hex')
  return { ...headers, authorization: `Bearer sha256:${digest}` }
}
