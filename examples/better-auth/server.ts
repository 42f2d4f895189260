import { fromNodeHeaders, toNodeHandler } from 'better-auth/node'
import express, { type Request, type RequestHandler, type Response } from 'express'
import { auth, issuer, signIn } from './auth.ts'
import { homePage, notSignedInPage, refusedPage } from './page.ts'

const { APP_URL } = process.env as Record<string, string>
const handler = toNodeHandler(auth)

const app = express()
// The redirect URI, and nothing else of Better Auth: its own sign-out takes the cookie away for any site.
app.get('/api/auth/callback/baton', (request, response) => signIn.run({}, () => handler(request, response)))

// Both begin a sign-in. The second is the `initiate_login_uri`: the receiving end of a hand-off (OpenID
// Connect Core, section 4).
app.get(['/signin', '/signin/baton'], async (request, response) => {
  const { searchParams } = new URL(request.originalUrl, APP_URL)
  const nonce = searchParams.get('iss') === issuer && searchParams.get('nonce')
  const { headers, response: begun } = await auth.api.signInSocial({
    body: {
      provider: 'baton',
      callbackURL: ownUrl(searchParams.get('target_link_uri')),
      errorCallbackURL: `${APP_URL}/signin/failed`,
      ...(nonce && { additionalParams: byNonce(nonce) }),
    },
    headers: fromNodeHeaders(request.headers),
    returnHeaders: true,
  })
  redirect(response, headers, begun.url)
})

app.get('/signin/failed', ({ query }, response) => {
  const isRefused = query.error === 'unmet_authentication_requirements'
  // Nothing of the query gets into the page: anybody can write a link.
  response.status(401).send(isRefused ? refusedPage() : notSignedInPage())
})

// Without it, a form of another site could sign people out: it is sent without the cookie, but the answer
// takes the cookie away.
const fromOwnPages: RequestHandler = (request, response, next) => {
  const site = request.get('sec-fetch-site')
  return site === 'same-origin' || site === 'none' ? next() : response.sendStatus(403)
}

app.post('/signout', fromOwnPages, async (request, response) => {
  const { headers, response: ended } = await auth.api.signOut({
    body: { callbackURL: `${APP_URL}/` },
    headers: fromNodeHeaders(request.headers),
    returnHeaders: true,
  })
  const url = new URL(ended.url ?? APP_URL)
  // The `client_id` is there as well, and a token in a URL gets into logs.
  url.searchParams.delete('id_token_hint')
  redirect(response, headers, url.href)
})

// `prompt=login`: the person who is signed in at Baton may be somebody else.
function byNonce(nonce: string) {
  return { login_hint_token: nonce, acr_values: 'urn:baton:authentication:nonce', prompt: 'login' }
}

// Anybody can write the link. The URL stays whole, because a path such as `//example.com` leads elsewhere.
function ownUrl(target: string | null): string {
  const url = URL.parse(target ?? '/', APP_URL)
  return url?.origin === APP_URL ? url.href : APP_URL
}

function redirect(response: Response, headers: Headers, url = APP_URL): void {
  response.setHeader('set-cookie', headers.getSetCookie()).redirect(303, url)
}

// #region The page of this example
app.use(async (request: Request, response) => {
  const current = await auth.api.getSession({ headers: fromNodeHeaders(request.headers) })
  const acr = current?.session.acr ?? undefined
  response.send(homePage(current ? { name: current.user.name, acr, path: request.originalUrl } : undefined))
})

await (await auth.$context).runMigrations()
const { hostname, port } = new URL(APP_URL)
app.listen(Number(port), hostname, () => process.stdout.write(`Ready: ${APP_URL}\n`))
// #endregion
