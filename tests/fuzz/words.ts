const words = (text: string) => text.trim().split(/\s+/)

/** What requests are made of: most of it is good somewhere. */
export const methods = words(
  'GET GET GET GET GET GET POST POST POST POST HEAD OPTIONS PUT PATCH DELETE TRACE PROPFIND',
)

export const odd = [
  ...words(`
  x % %zz %00 %2e%2e .. . // / \\ ; ? # %c0%ae %ff %F0%9F é \xff \x01 %0d%0a null undefined [] {} {"a":1}
  ' " <script> -1 1e999 __proto__ constructor 0 2026-11-26 urn:x http://x javascript:1 http: http://[`),
  ...['', ' ', 'a'.repeat(300), 'é'.repeat(90)],
]

export const names = words(`
  nonce csrf_token csrfToken callbackUrl code state iss error redirect_to target token answer verifier
  approve number provider id json everywhere logout_token grant_type client_id client_secret subject_token
  subject_token_type resource audience scope response_type redirect_uri prompt max_age login_hint_token
  acr_values claims id_token_hint post_logout_redirect_uri code_challenge code_challenge_method approval
  after request request_uri response_mode ui_locales xsrf logout refresh_token code_verifier`)

export const values = words(`
  openid code web demo app none login S256 authorization_code refresh_token source client_credentials
  query fragment form_post yes cancel / /sessions urn:ietf:params:oauth:grant-type:token-exchange
  urn:baton:authentication:nonce urn:ietf:params:oauth:token-type:id_token http://127.0.0.1:4999/callback
  {"id_token":{"acr":{"essential":true}}} {"userinfo":null}`)

export const cookieNames = words(`
  baton.session baton.session.0 baton.csrf baton.callback-url baton.state baton.nonce baton.pkce
  baton.oidc baton.handoff.0123456789abcdef baton.oidc.step.x baton.oidc.resume.x baton.oidc.sig other
  authjs.session-token authjs.callback-url __Host-Http-baton.session __proto__`)

export const headerNames = words(`
  Accept Accept-Encoding Accept-Language Authorization Baton-Handoff-Verifier Cache-Control Connection
  Content-Encoding DPoP Expect Forwarded If-None-Match Last-Event-ID Next-Action Next-Router-State-Tree
  Next-Router-Prefetch RSC Origin Prefer Range Referer TE Upgrade Sec-WebSocket-Key Sec-WebSocket-Version
  Access-Control-Request-Method X-Forwarded-For X-Forwarded-Host X-Forwarded-Proto X-HTTP-Method-Override
  X-Middleware-Subrequest X-Nextjs-Data X-Request-ID Purpose`)

export const headerValues = [
  ...words(`
  */* text/html application/json text/event-stream de Basic Bearer websocket h2c Upgrade close 13 1 null
  100-continue https://evil.example bytes=0- for=1;by=" unknown %5B%22%22%5D`),
  ...[
    'gzip, br',
    'Basic eA==',
    'Basic %%%',
    'Bearer x',
    'Bearer a.b.c',
    'DPoP x',
    'keep-alive, te',
    '10.0.0.1, x',
  ],
]

export const form = 'application/x-www-form-urlencoded'
export const types = [
  ...words('application/json multipart/form-data text/plain text/x-component x'),
  ...['', `${form}; charset=utf-16`, 'multipart/form-data; boundary=b', 'a/b; q="'],
]

/** Contents of other media types than forms. */
export const contents = {
  multipart: [
    '',
    '--b\r\n\r\n',
    '--b\r\nContent-Disposition: form-data; name="1_$ACTION_REF"\r\n\r\n\r\n--b--',
  ],
  json: words('{} { [] null "x" {"token":1}'),
}
