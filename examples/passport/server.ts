import express, { type ErrorRequestHandler, type RequestHandler } from 'express'
import session from 'express-session'
import * as client from 'openid-client'
import passport from 'passport'
import { configuration, type HandOff, issuer, strategy } from './baton.ts'
import { homePage, notSignedInPage, refusedPage } from './page.ts'

declare module 'express-session' {
  interface SessionData {
    target: string
  }
}

const { APP_URL, SESSION_SECRET } = process.env as Record<string, string>
const isHttps = APP_URL.startsWith('https://')

passport.serializeUser<Express.User>((user, done) => done(null, user))
passport.deserializeUser<Express.User>((user, done) => done(null, user))

const app = express()
app.use(
  session({
    // With this prefix, no sibling of the host can set it.
    name: `${isHttps ? '__Host-' : ''}example-passport`,
    secret: SESSION_SECRET,
    resave: false,
    saveUninitialized: false,
    cookie: { sameSite: 'lax', secure: isHttps },
    // The proxy that ends TLS has to set `X-Forwarded-Proto`. Without it, no cookie is set.
    proxy: isHttps,
  }),
)
app.use(passport.session())

// Both begin a sign-in. The second is the `initiate_login_uri`: the receiving end of a hand-off (OpenID
// Connect Core, section 4).
app.get(['/signin', '/signin/baton'], (request, response, next) => {
  const { searchParams } = new URL(request.originalUrl, APP_URL)
  request.session.target = ownUrl(searchParams.get('target_link_uri'))
  const handOffNonce = searchParams.get('iss') === issuer && searchParams.get('nonce')
  const options: HandOff = handOffNonce ? { handOffNonce } : {}
  passport.authenticate(strategy, options)(request, response, next)
})

app.get('/callback', (request, response, next) => {
  // Passport makes a new session at each sign-in, and what was in the old one is gone.
  const options = { successRedirect: request.session.target, failWithError: true }
  passport.authenticate(strategy, options)(request, response, next)
})

// The page tells no more, because anybody can write a link to `/callback`. The log does, on one line.
const onFailure: ErrorRequestHandler = (error, _request, response, _next) => {
  process.stderr.write(`The sign-in failed: ${JSON.stringify(error.message)}\n`)
  const isRefused = error.error === 'unmet_authentication_requirements'
  response.status(401).send(isRefused ? refusedPage() : notSignedInPage())
}
app.use('/callback', onFailure)

// Without it, a form of another site could sign people out: it is sent without the cookie, but the answer
// takes the cookie away.
const fromOwnPages: RequestHandler = (request, response, next) => {
  const site = request.get('sec-fetch-site')
  return site === 'same-origin' || site === 'none' ? next() : response.sendStatus(403)
}

app.post('/signout', fromOwnPages, (request, response, next) => {
  // With `client_id` and no `id_token_hint`: a token in a URL gets into logs.
  const signOut = client.buildEndSessionUrl(configuration, { post_logout_redirect_uri: `${APP_URL}/` })
  request.logout((error) => (error ? next(error) : response.redirect(303, signOut.href)))
})

// Anybody can write the link. The URL stays whole, because a path such as `//example.com` leads elsewhere.
function ownUrl(target: string | null): string {
  const url = URL.parse(target ?? '/', APP_URL)
  return url?.origin === APP_URL ? url.href : APP_URL
}

// #region The page of this example
app.use((request, response) => {
  response.send(homePage(request.user && { ...request.user, path: request.originalUrl }))
})

const { hostname, port } = new URL(APP_URL)
app.listen(Number(port), hostname, () => process.stdout.write(`Ready: ${APP_URL}\n`))
// #endregion
