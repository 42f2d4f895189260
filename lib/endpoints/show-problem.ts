import type { IncomingMessage, ServerResponse } from 'node:http'
import { type ErrorAnswer, errorAnswer, sendAnswer } from '#lib/http/error-answer.ts'
import { logFailure } from '#lib/http/log-failure.ts'
import type { Problem } from '#lib/http/problem.ts'
import type { Runtime } from '#lib/runtime.ts'
import type { Endpoint } from './endpoint.ts'
import { showPage } from './show-page.ts'

/**
 * Answers what was thrown: as a page where a person looks, else as JSON. Never throws. The page keeps the
 * headers of its endpoint.
 */
export function showProblem(
  req: IncomingMessage,
  res: ServerResponse,
  thrown: unknown,
  { endpoint, runtime }: { endpoint: Endpoint | undefined; runtime: Runtime },
): void {
  const { log } = runtime
  const answer = errorAnswer(thrown, log)
  // People come by a method that is taken; to others the address is one of an API.
  const isVisited = endpoint?.isVisited && answer.error !== 'method_not_allowed'
  const isSeen = (endpoint?.isPage || isVisited) && takesHtml(req)
  if (!endpoint || !isSeen || res.headersSent) {
    sendAnswer(res, answer)
    return
  }
  try {
    for (const name of ['retry-after', 'allow', 'www-authenticate'])
      if (answer.headers[name] !== undefined) res.setHeader(name, answer.headers[name])
    const view = problemOf(req, answer, endpoint)
    showPage({ name: 'problem', view }, { res, runtime }, { status: answer.status })
  } catch (error) {
    logFailure(log, 'page.failed', { err: error, route: endpoint.path })
    sendAnswer(res, answer)
  }
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
function ownPageOf(target: string, { onNode, answer, isPage }: Endpoint): string {
  const handlers = onNode ?? (isPage && answer)
  return typeof handlers === 'object' && handlers.GET ? target : '/'
}

function isRead({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD'
}
