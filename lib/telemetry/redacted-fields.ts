const secrets = [
  'authorization',
  'cookie',
  '["set-cookie"]',
  'password',
  'secret',
  'client_secret',
  'clientSecret',
  'token',
  'access_token',
  'accessToken',
  'refresh_token',
  'refreshToken',
  'id_token',
  'idToken',
  'logout_token',
  'subject_token',
  'login_hint_token',
  'code',
  'code_verifier',
  'verifier',
]

// A code is a refusal's name as well: what is a secret of that name stands in a form or a query.
const named = secrets.filter((name) => name !== 'code')
const below = (name: string, at: string) => (name.startsWith('[') ? `${at}${name}` : `${at}.${name}`)

/**
 * The fields of log lines that never go out, at the top and one step below it, whoever puts them there by
 * mistake; as `redact` of pino takes them.
 */
export const redactedFields: string[] = [
  ...named,
  ...secrets.flatMap((name) =>
    ['headers', 'form', 'body', 'query', 'parameters'].map((at) => below(name, at)),
  ),
]
