import { randomUUID } from 'node:crypto'
import express, { type ErrorRequestHandler, type RequestHandler } from 'express'
import openid from 'express-openid-connect'
import { decodeJwt } from 'jose'
import { homePage, notSignedInPage, refusedPage } from './page.ts'

const { BATON_URL, APP_URL, CLIENT_ID, CLIENT_SECRET, SESSION_SECRET } = process.env as Record<string, string>
const issuer = `${BATON_URL}/oidc`
const sessionSeconds = 7 * 24 * 60 * 60
// The `sid` of each session that Baton has ended, for as long as its cookie can live. The list ends with the
// process and the cookies do not: after a restart, and at another instance, such a session works again. In an
// application of your own, keep the list in a database that all instances share.
const ended = new Set<string>()

const app = express()
app.use(
  openid.auth({
    issuerBaseURL: issuer,
    baseURL: APP_URL,
    clientID: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    secret: SESSION_SECRET,
    authRequired: false,
    session: { absoluteDuration: sessionSeconds },
    // The default is the same for every sign-in to the same page.
    getLoginState: (_request, { returnTo }) => ({ returnTo, random: randomUUID() }),
    // The default is the implicit flow, which Baton does not have. With `code` comes PKCE.
    authorizationParams: { response_type: 'code', scope: 'openid profile' },
    // Sign-out goes on to Baton. The routes that the library makes answer GET, and any page could link there.
    idpLogout: true,
    routes: { login: false, logout: false },
    backchannelLogout: {
      onLogin: false,
      onLogoutToken: (token) => end((token as { sid: string }).sid),
      isLoggedOut: ({ oidc }) => ended.has(oidc.idTokenClaims?.sid as string),
    },
    afterCallback: async (_request, _response, session) => ({ ...session, name: await nameOf(session) }),
  }),
)

app.get('/signin', (_, response) => response.oidc.login({ returnTo: APP_URL }))

// The `initiate_login_uri`: the receiving end of a hand-off (OpenID Connect Core, section 4).
app.get('/signin/baton', (request, response) => {
  const { searchParams } = new URL(request.originalUrl, APP_URL)
  const nonce = searchParams.get('nonce')
  const handOff = nonce && searchParams.get('iss') === issuer && byNonce(nonce)
  const returnTo = ownUrl(searchParams.get('target_link_uri'))
  return response.oidc.login({ returnTo, authorizationParams: handOff || {} })
})

// Without it, a form of another site could sign people out: it is sent without the cookie, but the answer
// takes the cookie away.
const fromOwnPages: RequestHandler = (request, response, next) => {
  const site = request.get('sec-fetch-site')
  return site === 'same-origin' || site === 'none' ? next() : response.sendStatus(403)
}

app.post('/signout', fromOwnPages, (_, response) => {
  // The library would send the ID token, and a token in a URL gets into logs. Now it sends `client_id` alone.
  const logoutParams = { id_token_hint: undefined }
  return response.oidc.logout({ returnTo: `${APP_URL}/`, logoutParams })
})

// The page tells no more, because anybody can write a link to `/callback`. The log does, on one line.
const onFailure: ErrorRequestHandler = (error, _request, response, _next) => {
  process.stderr.write(`The sign-in failed: ${JSON.stringify(error.message)}\n`)
  const isRefused = error.error === 'unmet_authentication_requirements'
  response.status(401).send(isRefused ? refusedPage() : notSignedInPage())
}
app.use('/callback', onFailure)

function end(sid: string): void {
  ended.add(sid)
  setTimeout(() => ended.delete(sid), sessionSeconds * 1000).unref()
}

// Baton tells the name at its userinfo endpoint, not in the ID token. `request.oidc.fetchUserInfo` would ask
// with the access token of the person who was signed in before.
async function nameOf({ id_token, access_token }: openid.Session) {
  const headers = { authorization: `Bearer ${access_token}` }
  const person = (await (await fetch(`${issuer}/userinfo`, { headers })).json()) as {
    sub: string
    name?: string
  }
  if (person.sub !== decodeJwt(id_token).sub) throw new Error('The userinfo is of somebody else.')
  return person.name
}

// `prompt=login`: the person who is signed in at Baton may be somebody else.
function byNonce(nonce: string) {
  return { login_hint_token: nonce, acr_values: 'urn:baton:authentication:nonce', prompt: 'login' }
}

// Anybody can write the link. The URL stays whole, because a path such as `//example.com` leads elsewhere.
function ownUrl(target: string | null): string {
  const url = URL.parse(target ?? '/', APP_URL)
  return url?.origin === APP_URL ? url.href : APP_URL
}

// #region The page of this example
app.use((request, response) => {
  const claims = request.oidc.isAuthenticated() ? request.oidc.idTokenClaims : undefined
  const { appSession } = request as { appSession?: { name?: string } }
  const name = appSession?.name ?? String(claims?.sub)
  response.send(
    homePage(claims && { name, acr: claims.acr as string | undefined, path: request.originalUrl }),
  )
})

const { hostname, port } = new URL(APP_URL)
app.listen(Number(port), hostname, () => process.stdout.write(`Ready: ${APP_URL}\n`))
// #endregion
