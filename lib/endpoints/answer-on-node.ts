import type { ServerResponse } from 'node:http'
import { allowOrigins } from '#lib/http/cors.ts'
import { closeUnlessComplete, endAnswer } from '#lib/http/end-answer.ts'
import { readForm, readText } from '#lib/http/form.ts'
import {
  type Answer,
  type Answerer,
  type ByMethod,
  type Endpoint,
  type Exchange,
  handlerOf,
  methodsOf,
} from './endpoint.ts'

/** Answers a call on Node's own request and response. Throws what the endpoint throws. */
export async function answerOnNode(
  { cors: opensTo }: Pick<Endpoint, 'cors'>,
  handlers: ByMethod<Answerer>,
  { req, res, target, runtime, caller, cors }: Exchange,
): Promise<void> {
  if (opensTo && allowOrigins(req, res, cors, methodsOf(handlers))) return
  const call = {
    caller,
    url: new URL(runtime.config.url + target),
    text: () => readText(req),
    form: () => readForm(caller.header('content-type'), req),
  }
  sendOnNode(res, await handlerOf(handlers, req.method)(call, runtime))
}

/** Sends an answer. Headers that the response has already stay, but for those that the answer has too. */
export function sendOnNode(res: ServerResponse, { status = 200, headers, body }: Answer): void {
  closeUnlessComplete(res)
  const isEmpty = status === 204 || status === 304
  const length = { 'content-length': body === undefined ? 0 : Buffer.byteLength(body) }
  res.writeHead(status, { ...headers, ...(!isEmpty && length) })
  endAnswer(res, isEmpty || res.req.method === 'HEAD' ? undefined : body)
}
