import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Caller } from '#lib/callers/caller.ts'
import type { Form } from '#lib/http/form.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'

/** The methods that a route of the App Router can have, and that endpoints are asked by. */
export const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const
export type Method = (typeof methods)[number]

/**
 * One HTTP address of Baton: everything that `dispatch`, `guard` and the App Router's entry need to know
 * about it. Where Next is the entry, `answer`, `asRoute`, `body`, `csrf` and `anyHost` count, and the rest
 * does not.
 */
export type Endpoint = {
  /** The path; one that ends in `/*` stands for all paths below it that have no row of their own. */
  path: string
  /** Answers a call, whichever server it came by. */
  answer?: ByMethod<Answerer>
  /**
   * Answers on Node's own request and response. An endpoint with neither this nor `answer` is rendered by
   * Next.
   */
  onNode?: ByMethod<NodeAnswerer>
  /** Answers a web request where Next is the entry. */
  asRoute?: ByMethod<RouteAnswerer>
  /** Answers a WebSocket handshake. */
  upgrade?: UpgradeAnswerer
  /**
   * How the body is read: `form` counts it while it is read, so its length may be unknown; `streamed` passes
   * it on. Any other body must be at most 64 KiB and have a Content-Length, because Next buffers
   * it.
   */
  body?: 'form' | 'streamed'
  /**
   * Lets pages of configured clients' origins read the answer, without cookies: always, or to bearer calls
   * alone.
   */
  cors?: 'always' | 'bearer'
  /**
   * Where a POST must come from. `same-origin`: a page of Baton's. `token`: as far as the browser says, a
   * page of Baton's; the endpoint asks for the page's token besides, unless a forged POST harms nobody.
   * Without it no cookie counts in a POST, or the endpoint has a rule of its own.
   */
  csrf?: 'same-origin' | 'token'
  /** Whether people open it in a browser: its answers have the headers of a page. */
  isPage?: true
  /** Whether its answers take no turn among Next's pages: Next's files, and pages that Baton renders. */
  takesNoTurn?: true
  /** Whether people come there in a browser, though it is no page: its errors are pages for them. */
  isVisited?: true
  /** Whether it answers for any `Host`. */
  anyHost?: true
  /** Headers of all its answers, refusals included. */
  headers?: Readonly<Record<string, string>>
}

export type ByMethod<Handler> = Handler | Partial<Record<Method, Handler>>

/** A call as most endpoints see it. */
export type Call = {
  caller: Caller
  /** The address that was called, at Baton's own origin. */
  url: URL
  /** Reads the body as text; throws what `readText` throws. */
  text(): Promise<string>
  /** Reads the body as a form; throws what `readForm` throws. */
  form(): Promise<Form>
}

/** An answer; the status is 200 where none is given. */
export type Answer = {
  status?: number
  headers?: Readonly<Record<string, string | string[]>>
  body?: string | Buffer
}

export type Answerer = (call: Call, runtime: Runtime) => Answer | Promise<Answer>

/** A request, and what is needed to answer it. */
export type Exchange = {
  req: IncomingMessage
  res: ServerResponse
  /** Path and query as they came. */
  target: string
  /** The query alone, with its question mark; empty where there is none. */
  search: string
  runtime: Runtime
  /** The call as endpoints see it that do not need Node's own request. */
  caller: Caller
  /** The headers by which a page of another origin may read this answer. */
  cors: readonly [name: string, value: string][]
  /** Has Next render the page of this address, with this status. */
  render(status?: number): Promise<void>
}

type NodeAnswerer = (exchange: Exchange) => Promise<void>

type UpgradeAnswerer = (exchange: Exchange, head: Buffer) => Promise<void>

type RouteAnswerer = (request: Request, runtime: Runtime) => Promise<Response>

/** A handler of GET and HEAD. */
export function reading<Handler>(handler: Handler): { GET: Handler; HEAD: Handler } {
  return { GET: handler, HEAD: handler }
}

/** The handler of a method. Throws `method_not_allowed`. */
export function handlerOf<Handler extends (...given: never[]) => unknown>(
  handlers: ByMethod<Handler>,
  method = '',
): Handler {
  if (typeof handlers === 'function') return handlers
  const handler = Object.hasOwn(handlers, method) ? handlers[method as Method] : undefined
  if (handler) return handler
  const allow = methodsOf(handlers)
  throw new OAuthError('method_not_allowed', `use ${allow.join(' or ')}`, { allow })
}

/** The methods that have a handler. */
export function methodsOf(handlers: ByMethod<unknown>): readonly Method[] {
  if (typeof handlers === 'function') return methods
  const named = handlers as Partial<Record<Method, unknown>>
  return methods.filter((method) => named[method])
}

/** An answer in JSON that no cache keeps. */
export function json(value: unknown): Answer {
  return {
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: JSON.stringify(value),
  }
}
