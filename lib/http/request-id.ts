import { randomUUID } from 'node:crypto'
import { type IncomingMessage, type OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { BlockList } from 'node:net'
import { isTrustedPeer } from './trusted-peer.ts'

export const requestIdHeader = 'X-Request-Id'

/** What an id may be, so that it harms no header, log or page. */
const usable = /^[A-Za-z0-9._:+/=@-]{1,128}$/

/** A new id for a request. */
export function newRequestId(): string {
  return randomUUID()
}

/** The id of a request: the one that a trusted proxy gave it, else a new one. */
function requestIdOf({ headers, socket }: IncomingMessage, trusted: BlockList): string {
  const given = headers['x-request-id']
  const isGiven =
    typeof given === 'string' && usable.test(given) && isTrustedPeer(socket.remoteAddress ?? '', trusted)
  return isGiven ? given : newRequestId()
}

/**
 * Makes the class of a server's responses: each has the id of its request, whether an endpoint, Next or Node
 * itself answers. The request's own `x-request-id` becomes that id, in place of the caller's. Once `leaving`
 * is aborted, each response ends its connection.
 */
export function identifiedResponse(
  trusted: BlockList,
  leaving: AbortSignal,
): typeof ServerResponse<IncomingMessage> {
  return class extends ServerResponse<IncomingMessage> {
    readonly #id: string

    constructor(...given: ConstructorParameters<typeof ServerResponse<IncomingMessage>>) {
      super(...given)
      const [req] = given
      this.#id = requestIdOf(req, trusted)
      req.headers['x-request-id'] = this.#id
    }

    override writeHead(
      status: number,
      ...rest: (string | OutgoingHttpHeaders | unknown[] | undefined)[]
    ): this {
      if (leaving.aborted) this.shouldKeepAlive = false
      const headers = rest.at(-1)
      // A flat list goes out as it is. With a header set beside it, Node would take much longer.
      if (Array.isArray(headers)) rest = rest.with(-1, [...headers, requestIdHeader, this.#id])
      else this.setHeader(requestIdHeader, this.#id)
      return super.writeHead(status, ...(rest as [string, OutgoingHttpHeaders]))
    }
  }
}
