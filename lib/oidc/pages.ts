import type { ErrorOut } from 'oidc-provider'
import { standingSession } from '#lib/callers/standing-session.ts'
import { applicationName } from '#lib/config/application-name.ts'
import type { Config } from '#lib/config/load.ts'
import type { Database } from '#lib/db/database.ts'
import { findLiveSession } from '#lib/db/sessions.ts'
import { currentRequest } from '#lib/telemetry/request-record.ts'
import type { OidcPage, RenderOidcPage } from './shown-page.ts'
import type { Context } from './types.ts'

// The pages that are shown where the library answers, in the frame of all pages. `page-headers.ts` has their
// other headers.

/** What these pages need. */
export type PageNeeds = { db: Database; config: Config; renderPage: RenderOidcPage }

/**
 * Asks whether to sign out; `false` where nobody is signed in. The form has what the library's own would have
 * (RP-Initiated Logout 1.0, section 2).
 */
export async function showSignOut(ctx: Context, needs: PageNeeds): Promise<boolean> {
  const { session, client } = ctx.oidc
  const { secret } = session?.state ?? {}
  const live = await (session?.accountId === undefined
    ? standingSession(ctx.req, needs)
    : findLiveSession(needs.db, session.accountId))
  if (typeof secret !== 'string' || (!live && session?.accountId === undefined)) return false
  const { ui_locales } = ctx.query
  const language = typeof ui_locales === 'string' ? `?${new URLSearchParams({ ui_locales })}` : ''
  const view = {
    action: ctx.oidc.urlFor('end_session_confirm') + language,
    xsrf: secret,
    person: live?.user,
    application: applicationName(client?.clientId, needs.config),
  }
  show(ctx, { name: 'oidc-sign-out', view }, needs)
  return true
}

/**
 * Confirms a sign-out for which the application gave no address to go back to; says so where a session of
 * Baton's own stands in this browser all the same.
 */
export async function showSignedOut(ctx: Context, needs: PageNeeds): Promise<void> {
  const standing = await standingSession(ctx.req, needs)
  show(ctx, { name: 'oidc-signed-out', view: { standing: standing?.user } }, needs)
}

/** Shows an error that cannot be sent back to an application. */
export function showError(
  ctx: Context,
  { error, error_description: description = '' }: ErrorOut,
  needs: PageNeeds,
): void {
  show(ctx, { name: 'oidc-error', view: { error, description } }, needs)
}

/** Says that it may go better in a moment, and offers to ask once more. */
export function showUnavailable(ctx: Context, needs: Pick<PageNeeds, 'renderPage'>): void {
  const view = {
    status: 503,
    code: 'temporarily_unavailable',
    description: 'try again shortly',
    again: ctx.method === 'GET' ? ctx.originalUrl : '/',
    requestId: currentRequest()?.id ?? '',
  }
  show(ctx, { name: 'problem', view }, needs)
}

function show(ctx: Context, page: OidcPage, { renderPage }: Pick<PageNeeds, 'renderPage'>): void {
  const { headers, body } = renderPage(page)
  ctx.set(headers)
  ctx.body = body
}
