import { FeedRefused } from './errors.ts'
import type { Settings } from './options.ts'

/**
 * Opens the revocation feed, after the event with the id `cursor` when it is given.
 * Throws `FeedRefused` when Baton refuses, and another error when Baton cannot answer.
 */
export async function openFeed(
  { baton, authorization, fetch }: Pick<Settings, 'baton' | 'authorization' | 'fetch'>,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const response = await fetch(`${baton}/api/revocations`, {
    headers: {
      authorization: authorization ?? '',
      accept: 'text/event-stream',
      ...(cursor !== undefined && { 'last-event-id': cursor }),
    },
    cache: 'no-store',
    redirect: 'error',
    signal,
  })
  const type = response.headers.get('content-type') ?? ''
  if (response.status === 200 && response.body && /^text\/event-stream\b/i.test(type)) return response.body
  await response.body?.cancel()
  if (response.status === 401 || response.status === 403) throw new FeedRefused(response.status)
  throw new Error(`the feed answered ${response.status}`)
}
