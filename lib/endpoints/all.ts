import { mountPath } from '#lib/oidc/mount-path.ts'
import { auth, authSession, authSignOut } from './auth.ts'
import { backchannelLogout } from './backchannel-logout.ts'
import { proxyAsRoute } from './backends/as-route.ts'
import { proxy } from './backends/on-node.ts'
import { websocket } from './backends/websocket.ts'
import { type Endpoint, reading } from './endpoint.ts'
import { lookAtHandoff, redeemHandoff } from './handoff.ts'
import { health } from './health.ts'
import { interaction } from './interaction.ts'
import { matcher } from './match.ts'
import { nonce } from './nonce.ts'
import { nonceStatus } from './nonce-status.ts'
import { metadataPath, openIdProvider, repeatByGet, rootMetadata } from './openid-provider.ts'
import { ready } from './ready.ts'
import { revocations } from './revocations.ts'
import { signOutUpstream } from './sign-out-upstream.ts'
import { token } from './token.ts'
import { unknown } from './unknown.ts'

// Do not keep or index these pages, and do not name them to the next site.
const secretive = {
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
  'X-Robots-Tag': 'noindex, nofollow, noarchive',
}

/**
 * Every address that Baton answers.
 *
 * @internal For tests.
 */
export const endpoints: readonly Endpoint[] = [
  {
    path: '/api/backends/*',
    onNode: proxy,
    asRoute: proxyAsRoute,
    upgrade: websocket,
    body: 'streamed',
    cors: 'bearer',
  },
  { path: '/api/nonce', answer: { POST: nonce }, body: 'form', cors: 'always' },
  { path: '/api/nonce/status', answer: { POST: nonceStatus }, body: 'form' },
  { path: '/api/token', answer: { POST: token }, cors: 'always' },
  { path: '/api/backchannel-logout', answer: { POST: backchannelLogout }, body: 'form' },
  { path: '/api/revocations', onNode: { GET: revocations } },
  { path: '/api/health', answer: reading(health), anyHost: true },
  { path: '/api/ready', answer: reading(ready), anyHost: true },
  { path: '/api/auth/session', asRoute: { ...reading(authSession), POST: auth } },
  { path: '/api/auth/signout', asRoute: { ...reading(auth), POST: authSignOut } },
  { path: '/api/auth/*', asRoute: { ...reading(auth), POST: auth } },
  { path: '/api/*', answer: unknown },
  {
    path: '/handoff',
    onNode: { ...reading(lookAtHandoff), POST: redeemHandoff },
    body: 'form',
    isPage: true,
    headers: secretive,
  },
  { path: '/interaction/*', onNode: interaction, body: 'form', isPage: true, headers: secretive },
  { path: `${mountPath}/authorize`, onNode: { ...reading(openIdProvider), POST: repeatByGet }, body: 'form' },
  { path: `${mountPath}/*`, onNode: openIdProvider, body: 'form' },
  { path: metadataPath, onNode: reading(rootMetadata) },
  { path: '/sign-out/provider', answer: { POST: signOutUpstream }, csrf: 'same-origin', isPage: true },
  { path: '/*', csrf: 'same-origin', isPage: true },
]

/** The endpoint of a path. */
export const endpointAt = matcher(endpoints)
