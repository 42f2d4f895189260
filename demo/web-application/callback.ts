import type { Request, RequestHandler, Response } from 'express'
import * as openid from 'openid-client'
import type { Application, Flow } from './application.ts'
import { flowIdOf, forgetFlowId, keepSessionId, sessionIdOf } from './cookies.ts'
import { showDeadLink, showFailure } from './pages.ts'
import { queryOf } from './query.ts'
import { sessionOf } from './session-of.ts'

/**
 * Creates the handler that takes the authorization response and signs the person in (OpenID Connect Core,
 * section 3.1).
 */
export function callback(application: Application): RequestHandler {
  return async (request, response) => {
    const flow = takeFlow(application, request)
    if (!flow) return showFailure(response, 400, 'This sign-in has ended or was begun in another browser.')
    forgetFlowId(response, flow.state, application.webUrl)

    const { configuration } = await application.provider()
    let tokens: Awaited<ReturnType<typeof openid.authorizationCodeGrant>>
    try {
      tokens = await openid.authorizationCodeGrant(configuration, addressOf(application, request), {
        pkceCodeVerifier: flow.verifier,
        expectedState: flow.state,
        expectedNonce: flow.nonce,
        idTokenExpected: true,
      })
    } catch (error) {
      return showError(response, error)
    }

    const session = await sessionOf(configuration, tokens)
    // A new id for every sign-in: an id planted in this browser before is worthless (session fixation).
    application.sessions.take(sessionIdOf(request))
    keepSessionId(response, application.sessions.add(session), application.webUrl)
    response.redirect(303, flow.returnTo)
  }
}

function takeFlow(application: Application, request: Request): Flow | undefined {
  const state = queryOf(request).get('state') ?? ''
  const flow = application.flows.take(flowIdOf(request, state))
  return flow?.state === state ? flow : undefined
}

// The redirect URI must equal the one in the authorization request, whatever host and path this request has.
function addressOf({ redirectUri }: Application, request: Request): URL {
  const address = new URL(redirectUri)
  address.search = queryOf(request).toString()
  return address
}

function showError(response: Response, error: unknown): void {
  const refusal = error instanceof openid.AuthorizationResponseError ? error : undefined
  if (refusal?.error === 'unmet_authentication_requirements') showDeadLink(response)
  else if (refusal)
    showFailure(response, 400, [refusal.error, refusal.error_description].filter(Boolean).join(': '))
  else {
    process.stderr.write(`${(error as Error).stack ?? error}\n`)
    showFailure(response, 502, 'Baton sent an invalid answer.')
  }
}
