import { mountPath } from '#lib/oidc/mount-path.ts'
import { auth, authSession, authSignIn, authSignOut } from './auth.ts'
import { backchannelLogout } from './backchannel-logout.ts'
import { proxyAsRoute } from './backends/as-route.ts'
import { proxy } from './backends/on-node.ts'
import { websocket } from './backends/websocket.ts'
import { applicationLogo, brandPicture } from './brand.ts'
import { anotherDevicePage, anotherDeviceState, askAnotherDevice } from './devices/another-device.ts'
import { device } from './devices/api.ts'
import { anotherDeviceEvents } from './devices/events.ts'
import { answerDevice, devicePage } from './devices/page.ts'
import { type Endpoint, reading } from './endpoint.ts'
import { globalTokenRevocation } from './global-token-revocation.ts'
import { lookAtHandoff, redeemHandoff } from './handoff.ts'
import { health } from './health.ts'
import { interaction } from './interaction.ts'
import { chooseOwnLanguage, leadHome } from './language.ts'
import { matcher } from './match.ts'
import { nonce } from './nonce.ts'
import { nonceApproval, nonceStatus } from './nonce-status.ts'
import {
  authorize,
  authorizeByGet,
  authorizeDevice,
  logout,
  logoutByGet,
  metadataPath,
  openIdProvider,
  openIdProviderBy,
  rootMetadata,
} from './openid-provider.ts'
import { showActivity, showSessions } from './own-pages.ts'
import { deleteOwnSession, deleteOwnSessions, endByForm, listOwnSessions, moved } from './own-sessions.ts'
import { pageWithForm, renderBeforeProvider } from './page-with-form.ts'
import { introspect, revoke } from './plain-questions.ts'
import { previewSample, previewSheet } from './preview.ts'
import { ready } from './ready.ts'
import { revocations } from './revocations.ts'
import { securityTxt } from './security-txt.ts'
import { sessionEvents } from './session-events.ts'
import { signInCallback } from './sign-in/callback.ts'
import { signInForm } from './sign-in/form.ts'
import { signInPage, signInProblemPage } from './sign-in/page.ts'
import { signOut } from './sign-out.ts'
import { signOutUpstream } from './sign-out-upstream.ts'
import { staticFile } from './static-files.ts'
import { token } from './token.ts'
import { unknown } from './unknown.ts'
import { version } from './version.ts'
import { renderVisited } from './visited.ts'

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
  { path: '/api/nonce/status', answer: reading(nonceStatus), cors: 'bearer' },
  { path: '/api/nonce/approval', answer: { POST: nonceApproval }, body: 'form', cors: 'bearer' },
  { path: '/api/device', answer: { POST: device }, body: 'form', cors: 'bearer' },
  { path: '/api/token', answer: { POST: token }, cors: 'always' },
  { path: '/api/backchannel-logout', answer: { POST: backchannelLogout }, body: 'form' },
  { path: '/api/global-token-revocation', answer: { POST: globalTokenRevocation }, body: 'form' },
  { path: '/api/revocations', onNode: { GET: revocations } },
  { path: '/api/health', answer: reading(health), anyHost: true },
  { path: '/api/ready', answer: reading(ready), anyHost: true },
  { path: '/api/version', answer: reading(version) },
  {
    path: '/api/auth/session',
    answer: { ...reading(authSession), POST: auth },
    body: 'form',
    csrf: 'token',
    cors: 'bearer',
  },
  {
    path: '/api/auth/signout',
    answer: { ...reading(auth), POST: authSignOut },
    body: 'form',
    csrf: 'token',
    isVisited: true,
  },
  {
    path: '/api/auth/signin/*',
    answer: { ...reading(auth), POST: authSignIn },
    body: 'form',
    csrf: 'token',
    isVisited: true,
  },
  // Providers post from sites of their own; `state` ties the answer to this browser.
  {
    path: '/api/auth/callback/*',
    answer: { GET: signInCallback, POST: signInCallback },
    body: 'form',
    isVisited: true,
  },
  { path: '/api/auth/*', answer: { ...reading(auth), POST: auth }, body: 'form', csrf: 'token' },
  { path: '/api/sessions', answer: { ...reading(listOwnSessions), DELETE: deleteOwnSessions } },
  { path: '/api/sessions/events', onNode: { GET: sessionEvents } },
  { path: '/api/sessions/*', answer: { DELETE: deleteOwnSession } },
  { path: '/api/*', answer: unknown },
  // Metrics have a port of their own.
  { path: '/metrics', answer: unknown },
  {
    path: '/handoff',
    onNode: { ...reading(lookAtHandoff), POST: redeemHandoff },
    body: 'form',
    csrf: 'token',
    isPage: true,
    takesNoTurn: true,
    headers: secretive,
  },
  {
    path: '/interaction/*',
    onNode: { ...reading(interaction), POST: interaction },
    body: 'form',
    csrf: 'token',
    isPage: true,
    takesNoTurn: true,
    headers: secretive,
  },
  {
    path: `${mountPath}/authorize`,
    onNode: { ...reading(authorize), POST: authorizeByGet },
    body: 'form',
    isVisited: true,
  },
  {
    path: `${mountPath}/logout`,
    onNode: { ...reading(logout), POST: logoutByGet },
    body: 'form',
    isVisited: true,
  },
  {
    path: `${mountPath}/logout/confirm`,
    onNode: { POST: openIdProvider },
    body: 'form',
    csrf: 'token',
    isVisited: true,
  },
  {
    path: `${mountPath}/device_authorization`,
    onNode: openIdProviderBy({ POST: authorizeDevice }),
    body: 'form',
  },
  { path: `${mountPath}/token`, onNode: openIdProviderBy({ POST: openIdProvider }), body: 'form' },
  { path: `${mountPath}/introspect`, onNode: openIdProviderBy({ POST: introspect }), body: 'form' },
  { path: `${mountPath}/revoke`, onNode: openIdProviderBy({ POST: revoke }), body: 'form' },
  {
    path: `${mountPath}/userinfo`,
    onNode: openIdProviderBy({ ...reading(openIdProvider), POST: openIdProvider }),
    body: 'form',
  },
  { path: `${mountPath}/jwks`, onNode: openIdProviderBy(reading(openIdProvider)), body: 'form' },
  {
    path: `${mountPath}/.well-known/openid-configuration`,
    onNode: openIdProviderBy(reading(openIdProvider)),
    body: 'form',
  },
  { path: `${mountPath}/*`, onNode: openIdProvider, body: 'form' },
  { path: metadataPath, onNode: reading(rootMetadata) },
  { path: '/.well-known/security.txt', answer: reading(securityTxt) },
  { path: '/brand/applications/*', answer: reading(applicationLogo) },
  { path: '/brand/*', answer: reading(brandPicture) },
  { path: '/', onNode: reading(renderVisited), isPage: true },
  {
    path: '/language',
    answer: { ...reading(leadHome), POST: chooseOwnLanguage },
    body: 'form',
    // Of a page with `no-referrer`, a browser without Fetch Metadata says nothing: `Origin: null`. A form
    // that another site gets through all the same changes a language, and the next page has the choice.
    csrf: 'token',
    isVisited: true,
  },
  { path: '/preview', answer: reading(previewSheet), isPage: true, takesNoTurn: true },
  { path: '/preview/*', onNode: reading(previewSample), isPage: true },
  { path: '/sessions', ...pageWithForm(endByForm, showSessions) },
  { path: '/session', answer: reading(moved), isPage: true },
  { path: '/activity', onNode: reading(showActivity), isPage: true },
  {
    path: '/sign-in',
    answer: { ...reading(signInPage), POST: signInForm },
    body: 'form',
    csrf: 'same-origin',
    isPage: true,
    takesNoTurn: true,
  },
  {
    path: '/sign-in/another-device',
    answer: { ...reading(anotherDevicePage), POST: askAnotherDevice },
    body: 'form',
    csrf: 'same-origin',
    isPage: true,
    takesNoTurn: true,
    headers: secretive,
  },
  { path: '/sign-in/another-device/state', answer: reading(anotherDeviceState) },
  { path: '/sign-in/another-device/events', onNode: { GET: anotherDeviceEvents } },
  {
    path: '/device',
    answer: { ...reading(devicePage), POST: answerDevice },
    body: 'form',
    csrf: 'token',
    isPage: true,
    takesNoTurn: true,
    headers: secretive,
  },
  { path: '/error', answer: reading(signInProblemPage), isPage: true, takesNoTurn: true },
  { path: '/sign-out', ...pageWithForm(signOut, renderBeforeProvider) },
  { path: '/sign-out/provider', answer: { POST: signOutUpstream }, csrf: 'same-origin', isPage: true },
  { path: '/_next/static/*', onNode: reading(staticFile), isPage: true, takesNoTurn: true },
  { path: '/*', isPage: true },
]

/** The endpoint of a path. */
export const endpointAt = matcher(endpoints)
