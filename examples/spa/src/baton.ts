import { ErrorResponse, type User, UserManager, WebStorageStateStore } from 'oidc-client-ts'

const issuer = `${import.meta.env.BATON_URL}/oidc`
const own = location.origin
// They end with the tab, and a reload keeps them. A script that gets into the page can read them here as in
// memory: where that is too much, sign in at a server.
const store = new WebStorageStateStore({ store: sessionStorage })

const manager = new UserManager({
  authority: issuer,
  client_id: import.meta.env.CLIENT_ID,
  redirect_uri: `${own}/callback`,
  post_logout_redirect_uri: `${own}/`,
  scope: 'openid profile',
  // Baton tells the name at its userinfo endpoint, not in the ID token.
  loadUserInfo: true,
  // Otherwise `acr` and `auth_time` are left out.
  filterProtocolClaims: false,
  userStore: store,
  stateStore: store,
  // It would ask in a hidden iframe, which has Baton's cookies on a sibling of Baton's host alone.
  automaticSilentRenew: false,
})

/** The person who is signed in, until the access token expires; the library keeps the rest for longer. */
export async function signedIn(): Promise<User | null> {
  const user = await manager.getUser()
  return user?.expired ? null : user
}

/** Signs out here, then at Baton. */
export async function signOut(): Promise<void> {
  // Otherwise the library puts the ID token into the URL, which gets into logs. Now it sends `client_id`.
  await manager.removeUser()
  await manager.signoutRedirect()
}

/**
 * Goes to Baton from `/signin` or `/signin/baton`. The second is the `initiate_login_uri`: the receiving end
 * of a hand-off (OpenID Connect Core, section 4).
 */
export async function begin({ searchParams }: URL): Promise<void> {
  // Out of the address bar and the history before anything else.
  history.replaceState(null, '', '/signin')
  const nonce = searchParams.get('iss') === issuer && searchParams.get('nonce')
  await manager.signinRedirect({
    state: { target: ownUrl(searchParams.get('target_link_uri')) },
    nonce: crypto.randomUUID(),
    redirectMethod: 'replace',
    ...(nonce && byNonce(nonce)),
  })
}

/** Signs in with Baton's answer. Returns the URL to go on to, or why there is none. */
export async function finish(): Promise<{ target: string } | 'link refused' | 'not signed in'> {
  try {
    const { state } = await manager.signinRedirectCallback()
    return state as { target: string }
  } catch (error) {
    const isRefused = error instanceof ErrorResponse && error.error === 'unmet_authentication_requirements'
    return isRefused ? 'link refused' : 'not signed in'
  }
}

// `prompt=login`: the person who is signed in at Baton may be somebody else.
function byNonce(nonce: string) {
  return {
    acr_values: 'urn:baton:authentication:nonce',
    prompt: 'login',
    extraQueryParams: { login_hint_token: nonce },
  }
}

// Anybody can write the link. The URL stays whole, because a path such as `//example.com` leads elsewhere.
function ownUrl(target: string | null): string {
  const url = URL.parse(target ?? '/', own)
  return url?.origin === own ? url.href : own
}
