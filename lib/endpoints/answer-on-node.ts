import { allowOrigins } from '#lib/http/cors.ts'
import { closeUnlessComplete, endAnswer } from '#lib/http/end-answer.ts'
import { readForm, readText } from '#lib/http/form.ts'
import {
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
  const { status = 200, headers, body } = await handlerOf(handlers, req.method)(call, runtime)
  closeUnlessComplete(res)
  const isEmpty = status === 204 || status === 304
  const length = { 'content-length': body === undefined ? 0 : Buffer.byteLength(body) }
  res.writeHead(status, { ...headers, ...(!isEmpty && length) })
  endAnswer(res, isEmpty || req.method === 'HEAD' ? undefined : body)
}
