/** What each attribute of a span says; `docs/operations/traces.md` shows it. */
export const spanAttributes = {
  'http.request.method': 'the method; `_OTHER` for one that no standard has',
  'http.request.resend_count': '`1` when a kept connection had just ended and the call was made once more',
  'http.response.status_code': 'status of the answer; absent when there was none',
  'http.route': 'the row of the table of endpoints, never the path itself',
  'server.address': 'host that was called',
  'server.port': 'its port',
  'url.scheme': '`http` or `https`',
  'db.system.name': '`postgresql`, for the embedded database as well',
  'db.query.summary': 'name of the statement; for one without a name its operations with their tables',
  'error.type': 'the error code, the status of an answer that says so, or the class of the error',
  'baton.aborted': '`true` when the caller left, or the connection broke, before the answer was complete',
  'baton.backend': 'name of the backend',
  'baton.client': 'id of the client',
  'baton.handoff.state': 'what came of the redemption: `redeemed`, `asking`, `far` or `gone`',
  'baton.provider': 'id of the provider; absent for an issuer that is none',
  'baton.provider.call': 'what was called: `metadata`, `keys`, `token`, `userinfo` or `revocation`',
  'baton.refresh.shared': '`true` when another instance, or a refresh just before, had done it',
} as const

export type SpanAttribute = keyof typeof spanAttributes
