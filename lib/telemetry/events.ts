import type { EventField } from './event-fields.ts'

type Level = 'debug' | 'info' | 'warn' | 'error' | 'fatal'

type Event<Field extends EventField = EventField> = {
  level: Level
  message: string
  /** When it is logged. */
  when: string
  fields: readonly Field[]
  /** Whether `docs/troubleshooting.md` explains it: somebody may want to do something about it. */
  isExplained: boolean
}

const at =
  (level: Level, isExplained = level !== 'debug' && level !== 'info') =>
  <Field extends EventField = never>(message: string, when: string, ...fields: Field[]): Event<Field> => ({
    level,
    message,
    when,
    fields,
    isExplained,
  })
const [refusal, refusalAtDebug] = [at('info', true), at('debug', true)]
const [debug, info, warn, error, fatal] = [at('debug'), at('info'), at('warn'), at('error'), at('fatal')]

/** The fields of a failure, as `logFailure` writes them. */
const failure = ['err', 'code', 'detail', 'reason', 'database'] as const
/** The fields of an explained failure at a provider. */
const explained = ['provider', 'error', 'description', 'expected', 'came', 'advice', 'reason'] as const
/** The fields of an event of the audit trail. */
const trail = [
  ...(['audit', 'at', 'reason', 'nonce', 'userId', 'sourceSessionId', 'sourceClientId', 'target'] as const),
  ...(['sessionId', 'source', 'by'] as const),
] as const

/** Everything that Baton logs, by the name that a line has as `event`. */
export const events = {
  'server.configuration': info(
    'configuration',
    'At start, and when workers are replaced: what the configuration comes to, without its secrets.',
    ...(['url', 'port', 'database', 'logLevel', 'providers', 'redirectUris', 'trustedIssuers'] as const),
    ...(['backends', 'clients', 'trustedProxies', 'operators', 'collector', 'workers', 'hooksFile'] as const),
  ),
  'server.advice': warn(
    'a setting may not be as it was meant',
    'The same: something works, and perhaps not as it was meant.',
    ...(['advice', 'providers', 'clients', 'settings', 'variables', 'issuers'] as const),
  ),
  'server.started': info('Baton serves', 'It takes requests from now on.', 'url', 'port', 'worker'),
  'server.refused': fatal(
    'Baton cannot start',
    'Something that Baton needs is not there or not as it must be; the error output says the same.',
    'reason',
    'faults',
  ),
  'server.stopping': info(
    'stopping: finishing what runs',
    'A signal, or a fault that nothing has caught, has begun the stop.',
    'signal',
    'drainSeconds',
    'worker',
  ),
  'server.stopped': info('Baton has stopped', 'The last line of a process that stops.', 'exitCode', 'worker'),
  'server.fault': fatal(
    'a fault that nothing has caught',
    'A fault of Baton: it finishes what runs, and stops with exit code 1.',
    'err',
  ),

  'worker.died': warn(
    'a worker has ended that nobody has asked to',
    'Its calls are lost. A new one starts in so many seconds.',
    ...(['worker', 'exitCode', 'signal', 'reason', 'seconds'] as const),
  ),
  'worker.killed': warn(
    'a worker hangs and was killed',
    'It has not answered for half a minute, or should have ended by itself long ago: `reason` says which.',
    ...(['worker', 'reason'] as const),
  ),
  'workers.replacing': info(
    'replacing workers',
    'SIGHUP has come and the configuration has no faults: new workers take the place of the old, one by one.',
    'workers',
  ),
  'workers.replaced': info('workers replaced', 'All workers have the configuration of now.', 'workers'),
  'workers.kept': error(
    'workers were not replaced',
    'SIGHUP has come, and the configuration has faults or a new worker did not start: the old ones go on.',
    'reason',
    'faults',
  ),

  'database.migrated': info('migrations applied', 'At start: pending migrations were applied.', 'migrations'),
  'database.advice': warn(
    'about the database',
    'At start: Baton waits for the database, or the connection to it is not as safe as it could be.',
    'advice',
  ),
  'database.away': warn(
    'the database cannot be reached; calls go on for 30 seconds',
    'The first look at the database that fails.',
    'err',
  ),
  'database.back': info('the database can be reached again', 'The first look that succeeds again.'),
  'database.restored': warn(
    'the database had lost its tables: migrations applied',
    'The tables were gone while Baton ran, as after a restore, and are there again.',
    'migrations',
  ),
  'database.lost': warn(
    'the database has lost its tables, and the migrations could not be applied',
    'The tables are gone while Baton runs.',
    'err',
  ),
  'sweep.done': debug(
    'swept',
    'Idle sessions were ended, expired rows removed, or the embedded database vacuumed.',
    'work',
    'rows',
  ),
  'sweep.failed': warn('could not sweep; will retry', 'One of these failed.', 'work', 'rows', 'err'),

  'keys.rotated': info(
    'the signing keys have changed',
    'Another process has made or removed signing keys of the OpenID Provider; this one has them now.',
    'keys',
  ),
  'keys.failed': warn('could not look up signing keys', 'Once a minute, while that fails.', 'err'),

  'sign_in.begun': info('sign-in begun', 'A browser is sent to a provider.', 'provider'),
  'sign_in.done': info('signed in', 'A session has begun.', 'provider', 'sid', 'user'),
  'sign_in.refused': refusal(
    'nobody was signed in',
    'The provider or `allow` refuses the person, or the sign-in has expired.',
    'page',
    ...explained,
  ),
  'sign_in.failed': warn(
    'a sign-in failed',
    'Something is wrong at the provider or with the configuration; the line says what to do.',
    ...explained,
  ),
  'sign_in.unknown': refusal(
    'an unknown sign-in was refused by its provider',
    'A provider refuses a sign-in that this browser has not begun, or has forgotten.',
    'error',
  ),
  'cookie.unreadable': debug(
    'a session cookie could not be opened',
    'A cookie is forged, damaged, or encrypted with another secret.',
  ),
  'authjs.warned': debug('Auth.js warns', 'The library has something to say.', 'code'),

  'session.ended': refusal(
    'sessions ended',
    'Sessions have ended, those of their hand-offs too.',
    'sids',
    'why',
  ),
  'session.unknown': error('could not look up the session', 'A page goes on with its cookie.', ...failure),
  'session.unwatched': error(
    'could not look for changes of sessions',
    'A page that is open at `/sessions` or `/activity` learns of a change with the next look.',
    ...failure,
  ),
  'proof.replayed': warn(
    'a DPoP proof was used twice',
    'The second use is refused: somebody has seen the request, or a client repeats it.',
    ...(['sid', 'client'] as const),
  ),
  'device.unwatched': error(
    'could not look how far requests of other devices have come',
    'A browser that waits for another device learns of its answer with the next look.',
    ...failure,
  ),
  'logout.global': info(
    'people signed out by an operator',
    'An operator has called `/api/global-token-revocation`.',
    ...(['operator', 'jti', 'people', 'users', 'sessions'] as const),
  ),
  'logout.received': info(
    'sessions ended by the provider',
    'A provider has sent a logout token.',
    'issuer',
    'sessions',
  ),
  'logout.untold': error(
    'could not notify applications of a sign-out',
    'Logout tokens could not be sent to any application.',
    ...failure,
  ),
  'logout.refused': warn(
    'could not notify an application of a sign-out',
    'An application cannot be reached at its `backchannel_logout_uri`, or refuses the logout token.',
    'client',
    'reason',
  ),
  'allow.ended': refusal(
    'sessions ended that `allow` does not let in any more',
    'At start: `allow` has become stricter since the last one.',
    'sessions',
  ),
  'allow.unasked': warn(
    'could not ask `allow`',
    'Whether people may stay could not be found out, five minutes after the start or after a refresh.',
    ...(['err', 'reason', 'tokenSet'] as const),
  ),

  'logo.failed': warn(
    'the logo of an application could not be fetched',
    'Pages show the one of before, or an initial. This is said once until a fetch has worked again.',
    ...(['client', 'reason'] as const),
  ),

  'hook.refused': refusal(
    'your own `onSignIn` has refused a sign-in',
    "A person came with a good sign-in, and the operator's own code said no.",
    ...(['hook', 'provider', 'door'] as const),
  ),
  'hook.failed': error(
    'your own code has failed',
    'A hook of `baton.hooks.ts` threw, took too long, or gave something that is no result. ' +
      'The sign-in or the token was refused; an event was not told.',
    'hook',
    ...failure,
  ),
  'hook.dropped': warn(
    'your own `onEvent` is too slow: events are not told',
    'A thousand calls of it are running. Logged once, until it is told again.',
    'hook',
  ),

  'refresh.done': info(
    'access token refreshed',
    'The provider has answered a refresh.',
    'provider',
    'tokenSet',
  ),
  'refresh.failed': warn(
    'a refresh failed',
    'The first of several failures in a row; the refresh is tried again where that can help.',
    'tokenSet',
    ...explained,
  ),
  'refresh.given_up': refusal(
    'a refresh failed for good',
    'The provider has ended the sign-in: the person signs in again.',
    'provider',
    'tokenSet',
  ),
  'refresh.refused': refusal(
    '`allow` does not let this person in any more',
    'What the provider said at a refresh does not meet `allow`: the sessions of the person end.',
    'provider',
    'tokenSet',
  ),
  'refresh.overtaken': warn(
    'another instance has refreshed the same token set',
    'This instance was so slow that another one took over; its result is not stored.',
    'tokenSet',
  ),
  'refresh.unstored': error(
    'could not store a refreshed token set; will retry',
    'The old refresh token is spent, so that is tried for a minute.',
    'tokenSet',
    ...failure,
  ),
  'refresh.unextended': error(
    'could not extend the lease of a token set',
    'Another instance may refresh the same token set.',
    'tokenSet',
    ...failure,
  ),
  'revocation.done': info(
    'tokens revoked at the provider',
    'No session uses the token set any more.',
    'provider',
    'tokenSet',
  ),
  'revocation.failed': warn(
    'could not revoke tokens at the provider; will retry',
    'The provider cannot be reached, or asks for patience.',
    ...(['provider', 'tokenSet', 'reason', 'err'] as const),
  ),
  'revocation.given_up': error(
    'could not revoke tokens at the provider; giving up',
    'The provider refuses, or could not be reached for hours: the tokens stay good there.',
    ...(['provider', 'tokenSet', 'reason'] as const),
  ),
  'revocation.unfinished': error(
    'could not revoke the token sets of ended sessions; will retry',
    'The database failed on the way.',
    ...failure,
  ),

  'handoff.issued': info('hand-off nonce issued', 'A source has a nonce.', ...trail),
  'handoff.shown': info('hand-off shown', 'A browser has opened the page of the nonce.', ...trail),
  'handoff.asked': info('a browser asks for approval', 'A browser waits for the source.', ...trail),
  'handoff.approved': info('hand-off approved', 'The source has said yes.', ...trail),
  'handoff.redeemed': info('hand-off redeemed', 'The nonce is spent, and a session has begun.', ...trail),
  'handoff.refused': refusal('hand-off refused', 'A nonce did not get a browser a session.', ...trail),
  'handoff.replayed': warn(
    'another browser tried to redeem a spent nonce, and could have: the link may be in the wrong hands',
    'A link may have been read by somebody else: look at what `onReplay` does.',
    ...trail,
  ),
  'handoff.revoked': info('session of a hand-off ended', 'Before its time; `reason` says why.', ...trail),

  'token_exchange.done': info(
    'token exchanged',
    'An ID token was exchanged for a web nonce, or a web nonce for an access token.',
    ...(['client', 'sid', 'issued', 'audience'] as const),
  ),
  'client.refused': refusal(
    'an application was refused',
    'The OpenID Provider refuses a call of an application.',
    ...(['client', 'code', 'description', 'detail'] as const),
  ),
  'openid_provider.failed': error('the OpenID Provider failed', 'A fault of Baton.', ...failure),

  'backend.down': warn(
    'a backend is left alone: its last calls found it dead',
    'Its circuit opens: calls get 503, and probes find out when it is back.',
    'backend',
    'seconds',
  ),
  'backend.up': info('a backend answers again', 'Its circuit closes.', 'backend'),

  'limit.reached': refusal('a limit was reached', 'The first refusal of a key and window.', 'limit'),
  'limit.alone': error(
    'an instance counts for itself',
    'Counts cannot be shared while the database is away.',
    'limit',
    ...failure,
  ),

  'request.refused': refusal(
    'a request was refused',
    'The caller has got an error with a status below 500.',
    ...(['code', 'description', 'detail', 'reason'] as const),
  ),
  'request.limited': refusalAtDebug(
    'a request was refused by a limit',
    'Each one; `limit.reached` tells of the first.',
    ...(['code', 'description', 'detail'] as const),
  ),
  'request.failed': error(
    'a request failed',
    'The caller has got an error with a status of 500 or above.',
    'description',
    ...failure,
  ),
  'page.failed': error('a page could not be rendered', 'A fault of Baton.', 'route', ...failure),
  'static_files.unshared': warn(
    'pages of this build may lack their scripts at instances of another',
    'The files of this build could not be written to the database.',
    'err',
  ),
  access: info(
    'answered',
    'Once for each request, when its answer is over; for a WebSocket when it closes.',
    ...(['method', 'route', 'status', 'ms', 'bytes', 'aborted', 'sid', 'client'] as const),
    ...(['backend', 'address'] as const),
  ),
  'log.dropped': warn(
    'lines of the log were dropped',
    'The reader of the output had stopped to read, and 16 MB waited for it.',
    'lines',
  ),
  'traces.unsent': warn(
    'spans cannot be sent to the collector',
    'The first batch that the collector does not take. Spans are dropped meanwhile; calls go on as before.',
    'reason',
  ),
  'traces.sent': info('spans can be sent again', 'The first batch that the collector takes again.'),
  'traces.warned': debug(
    'OpenTelemetry warns',
    'The library has something to say; at start at the level `warn`, as it is about a setting.',
    'text',
  ),
  output: info('output', 'A library has written to the standard output.', 'stream', 'text'),
  'output.error': warn('output of an error', 'A library has written to the error output.', 'stream', 'text'),
} as const

export type EventName = keyof typeof events
