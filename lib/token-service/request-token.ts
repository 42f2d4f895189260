import { type Dispatcher, request } from 'undici'
import { configuredUrl } from '#lib/config/configured-url.ts'
import type { TokenService } from '#lib/config/token-service.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { accessTokenType, tokenExchange } from '#lib/oauth/urns.ts'
import { callAttributes, noteStatus } from '#lib/telemetry/http-span.ts'
import { currentRequest } from '#lib/telemetry/request-record.ts'
import { traceHeaders } from '#lib/telemetry/trace-context.ts'
import { inSpan } from '#lib/telemetry/tracer.ts'

const timeout = 10_000
const longest = 64 * 1024

/** The answer of a token service, unchanged. */
type TokenAnswer = {
  status: number
  contentType: string | undefined
  contentEncoding: string | undefined
  body: Buffer
}

/**
 * Exchanges a web nonce at the token service, with client_secret_basic, and returns the answer unchanged,
 * redirects included. The call belongs to the trace of the request. Throws `gateway_timeout` after 10
 * seconds, and `bad_gateway` when the service cannot be reached or answers more than 64 KiB. RFC 8693,
 * section 2.1.
 */
export async function requestToken(
  webNonce: string,
  { url, clientId, clientSecret }: TokenService,
  dispatcher: Dispatcher,
): Promise<TokenAnswer> {
  const signal = AbortSignal.timeout(timeout)
  const credentials = [clientId, clientSecret].map(formEncoded).join(':')
  const target = configuredUrl(url) as URL
  const about = { title: 'POST token service', ...callAttributes('POST', target) }
  try {
    return await inSpan('token_service.call', about, async (span) => {
      const answer = await request(target, {
        method: 'POST',
        dispatcher,
        signal,
        headers: {
          authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
          'content-type': 'application/x-www-form-urlencoded',
          'accept-encoding': 'identity',
          ...traceHeaders(span?.context ?? currentRequest()?.trace),
        },
        body: new URLSearchParams({
          grant_type: tokenExchange,
          subject_token: webNonce,
          subject_token_type: accessTokenType,
        }).toString(),
      })
      if (span) noteStatus(span, answer.statusCode, 400)
      return {
        status: answer.statusCode,
        contentType: textOf(answer.headers['content-type']),
        contentEncoding: textOf(answer.headers['content-encoding']),
        body: await bodyOf(answer.body),
      }
    })
  } catch (cause) {
    if (cause instanceof OAuthError) throw cause
    throw signal.aborted
      ? new OAuthError('gateway_timeout', 'the token service did not answer in time', { cause })
      : new OAuthError('bad_gateway', 'the token service could not be reached', { cause })
  }
}

async function bodyOf(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of stream) {
    length += chunk.length
    if (length > longest) throw new OAuthError('bad_gateway', 'the token service answered too much')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

// RFC 6749, section 2.3.1 and appendix B.
function formEncoded(text: string): string {
  return new URLSearchParams({ _: text }).toString().slice(2)
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header
}
