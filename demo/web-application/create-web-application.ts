import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'
import { createApplication, type Settings } from './application.ts'
import { backchannelLogout } from './backchannel-logout.ts'
import { BadRequest } from './bad-request.ts'
import { callback } from './callback.ts'
import { home, signIn } from './home.ts'
import { me } from './me.ts'
import { showFailure, showNotFound } from './pages.ts'
import { ProviderUnavailable } from './provider.ts'
import { signOut } from './sign-out.ts'

/** Creates the demo web application, a relying party of Baton's OpenID Provider. Serve it at `webUrl`. */
export function createWebApplication(settings: Settings): Express {
  const application = createApplication(settings)
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.use(keepPrivate)

  app.get('/', home(application))
  app.post('/sign-in', signIn(application))
  app.get('/callback', callback(application))
  app.get('/me', me(application))
  app.post('/sign-out', signOut(application))
  const form = express.urlencoded({ extended: false, limit: '64kb' })
  app.post('/backchannel-logout', form, backchannelLogout(application))

  app.use((request, response) => showNotFound(response, request.path))
  app.use(fail)
  return app
}

// URLs here contain nonces, codes and states. Neither redirects nor pages may leak them.
const keepPrivate: RequestHandler = (_request, response, next) => {
  response.set({
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  })
  next()
}

// Express recognizes an error handler by its four parameters.
const fail: ErrorRequestHandler = (error, _request, response, next) => {
  if (response.headersSent) return next(error)
  if (error instanceof BadRequest) return showFailure(response, 400, error.message)
  if (error instanceof ProviderUnavailable) {
    response.set('Retry-After', '1')
    return showFailure(response, 503, 'Baton does not answer. Please try again in a moment.')
  }
  // Errors of the request, such as an undecodable path or an oversized body, have a status.
  if (error.status < 500) return showFailure(response, error.status, 'This request cannot be understood.')
  process.stderr.write(`${error.stack ?? error}\n`)
  showFailure(response, 500, 'Something went wrong here.')
}
