import type { IncomingMessage, ServerResponse } from 'node:http'
import { closeUnlessComplete } from '#lib/http/end-answer.ts'
import { type ErrorAnswer, errorAnswer, sendAnswer } from '#lib/http/error-answer.ts'
import { logFailure } from '#lib/http/log-failure.ts'
import { setPageHeaders } from '#lib/http/page-headers.ts'
import type { Problem } from '#lib/http/problem.ts'
import { isOAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import type { Endpoint } from './endpoint.ts'
import { claimOwnHost } from './guard.ts'
import { plainPage } from './plain-page.ts'

type Next = { answer(req: IncomingMessage, res: ServerResponse): Promise<void> }

/**
 * Answers what was thrown: as a page where a person looks, else as JSON. Never rejects. The page keeps the
 * headers of its endpoint.
 */
export async function showProblem(
  req: IncomingMessage,
  res: ServerResponse,
  thrown: unknown,
  { endpoint, runtime, next }: { endpoint: Endpoint | undefined; runtime: Runtime; next: Next },
): Promise<void> {
  const { config, log, problem } = runtime
  const answer = errorAnswer(thrown, log)
  // People come by a method that is taken; to others the address is one of an API.
  const isVisited = endpoint?.isVisited && answer.error !== 'method_not_allowed'
  const isSeen = (endpoint?.isPage || isVisited) && takesHtml(req)
  if (!endpoint || !isSeen || res.headersSent) return sendAnswer(res, answer)
  const found = problemOf(req, answer, endpoint)
  const wasRead = isRead(req)
  try {
    closeUnlessComplete(res)
    req.resume()
    Object.assign(req, { method: req.method === 'HEAD' ? 'HEAD' : 'GET', url: '/problem' })
    claimOwnHost(req, config.url)
    for (const name of ['content-length', 'content-type', 'transfer-encoding']) delete req.headers[name]
    setPageHeaders(req, res, config)
    for (const name of ['cache-control', 'retry-after', 'allow', 'www-authenticate'])
      if (answer.headers[name] !== undefined) res.setHeader(name, answer.headers[name])
    res.statusCode = answer.status
    await problem.run(found, () => next.answer(req, res))
  } catch (error) {
    // Too many pages wait for their turn as it is.
    if (isOAuthError(error)) return sendAnswer(res, asPage(answer, plainPage(found, wasRead)))
    logFailure(log, 'page.failed', { err: error, route: '/problem' })
    sendAnswer(res, answer)
  }
}

function asPage(answer: ErrorAnswer, body: string): ErrorAnswer {
  return { ...answer, headers: { ...answer.headers, 'content-type': 'text/html; charset=utf-8' }, body }
}

// `*/*` alone is a program: browsers name the type when a person looks.
function takesHtml({ headers }: IncomingMessage): boolean {
  return /\btext\/html\b/i.test(headers.accept ?? '')
}

function problemOf(
  req: IncomingMessage,
  { status, headers, error, description }: ErrorAnswer,
  endpoint: Endpoint,
): Problem {
  const target = req.url ?? '/'
  return {
    status,
    code: error,
    description,
    ...(headers['retry-after'] !== undefined && { retryAfter: Number(headers['retry-after']) }),
    again: isRead(req) ? target : ownPageOf(target, endpoint),
    requestId: String(req.headers['x-request-id']),
  }
}

// The page whose form was sent, where it is at the same address.
function ownPageOf(target: string, { onNode }: Endpoint): string {
  return typeof onNode === 'object' && onNode.GET ? target : '/'
}

function isRead({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD'
}
