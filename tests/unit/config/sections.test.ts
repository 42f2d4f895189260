import { expect, test } from 'vitest'
import { configOf, faultsOf } from '../../support/config.ts'

const provider = { id: 'demo', type: 'oidc', issuer: 'https://op.example.org', clientId: 'baton' }
const backend = { name: 'demo', url: 'https://api.example.org', token: 'provider', providers: ['demo'] }
const client = {
  client_id: 'web',
  client_secret: 'a secret of the web application',
  redirect_uris: ['https://app.example.org/callback'],
}
const trusted = { issuer: 'https://op.example.org', clients: ['app'] }

const withProvider = (change: object) => ({ providers: [{ ...provider, ...change }] })
const withBackend = (change: object) => ({ providers: [provider], backends: [{ ...backend, ...change }] })
const withTrusted = (change: object) => ({ trustedIssuers: [{ ...trusted, ...change }] })

const operator = { issuer: 'https://op.example.org', jwksUri: 'https://op.example.org/keys' }
const withOperator = (change: object) => ({ operators: [{ ...operator, ...change }] })

const withClient = (change: object) => ({ clients: [{ ...client, ...change }] })
test.each<[file: object, place: string]>([
  // plain http, but for loopback
  [withProvider({ issuer: 'http://op.example.org' }), 'providers[0].issuer'],
  [withProvider({ issuer: 'http://localhost.evil.test' }), 'providers[0].issuer'],
  [withProvider({ issuer: 'ftp://localhost' }), 'providers[0].issuer'],
  [withProvider({ issuer: 'op.example.org' }), 'providers[0].issuer'],
  [withProvider({ issuer: 'https://user:pass@op.example.org' }), 'providers[0].issuer'],
  [withProvider({ issuer: 'https://op.example.org?x' }), 'providers[0].issuer'],
  [withTrusted({ issuer: 'http://op.example.org' }), 'trustedIssuers[0].issuer'],
  [withTrusted({ issuer: 'https://op.example.org#x' }), 'trustedIssuers[0].issuer'],
  // signatures that prove nothing
  [withTrusted({ algorithms: ['none'] }), 'trustedIssuers[0].algorithms[0]'],
  [withTrusted({ algorithms: ['RS256', 'None'] }), 'trustedIssuers[0].algorithms[1]'],
  [withTrusted({ algorithms: ['HS256'] }), 'trustedIssuers[0].algorithms[0]'],
  [withTrusted({ algorithms: ['HS384'] }), 'trustedIssuers[0].algorithms[0]'],
  [withTrusted({ algorithms: ['HS512'] }), 'trustedIssuers[0].algorithms[0]'],
  [withTrusted({ algorithms: [] }), 'trustedIssuers[0].algorithms'],
  [withTrusted({ clients: [] }), 'trustedIssuers[0].clients'],
  [withTrusted({ clients: [''] }), 'trustedIssuers[0].clients[0]'],
  [withTrusted({ maxTokenAge: -1 }), 'trustedIssuers[0].maxTokenAge'],
  // operators whose calls would prove nothing, or who would end nobody's sessions
  [withOperator({ jwksUri: 'http://op.example.org/keys' }), 'operators[0].jwksUri'],
  [withOperator({ jwksUri: undefined }), 'operators[0].jwksUri'],
  [withOperator({ issuer: undefined }), 'operators[0].issuer'],
  [withOperator({ issuer: 'op.example.org' }), 'operators[0].issuer'],
  [withOperator({ issuers: [] }), 'operators[0].issuers'],
  [withOperator({ issuers: ['x'] }), 'operators[0].issuers[0]'],
  [withOperator({ algorithms: ['none'] }), 'operators[0].algorithms[0]'],
  [withOperator({ algorithms: ['HS256'] }), 'operators[0].algorithms[0]'],
  [withOperator({ clientId: 'x' }), 'operators[0]'],
  [{ operators: [operator, { ...operator, issuers: ['https://b.example.org'] }] }, 'operators[1].issuer'],
  // languages and messages that there are not
  [{ languages: [] }, 'languages'],
  [{ languages: ['xx'] }, 'languages[0]'],
  [{ languages: ['en', 'en'] }, 'languages[1]'],
  [{ messages: { xx: { 'layout.home': 'Home' } } }, 'messages.xx.layout.home'],
  [{ messages: { en: { 'layout.nothing': 'Home' } } }, 'messages.en.layout.nothing'],
  [{ messages: { en: { 'layout.home': '{nme}' } } }, 'messages.en.layout.home'],
  [{ messages: { en: { 'layout.home': '{name' } } }, 'messages.en.layout.home'],
  [{ messages: { en: { 'home.openIn': 'Open {name}' } } }, 'messages.en.home.openIn'],
  [{ messages: { en: { 'signIn.title': '' } } }, 'messages.en.signIn.title'],
  [{ languages: ['de'], messages: { en: { 'layout.home': 'Home' } } }, 'messages.en'],
  // methods that would reflect headers or open tunnels
  [withBackend({ methods: ['TRACE'] }), 'backends[0].methods'],
  [withBackend({ methods: ['GET', 'CONNECT'] }), 'backends[0].methods'],
  [withBackend({ methods: ['get'] }), 'backends[0].methods[0]'],
  [withBackend({ methods: ['GET /x'] }), 'backends[0].methods[0]'],
  [withBackend({ methods: [] }), 'backends[0].methods'],
  ...[
    'authorization',
    'Authorization',
    'COOKIE',
    'host',
    'Connection',
    'keep-alive',
    'proxy-authorization',
    'Proxy-Connection',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
    'expect',
    'Forwarded',
    'x-forwarded-for',
    'X-Forwarded-Anything',
    'no name',
    'x:y',
    '',
  ].map((header): [object, string] => [
    withBackend({ requestHeaders: ['x-tenant', header] }),
    'backends[0].requestHeaders[1]',
  ]),
  ...[
    'Set-Cookie',
    'connection',
    'Transfer-Encoding',
    'Clear-Site-Data',
    'service-worker-allowed',
    'Strict-Transport-Security',
    'Alt-Svc',
    'Access-Control-Allow-Origin',
    'Content-Security-Policy-Report-Only',
    'X-Content-Type-Options',
    'Cache-Control',
    'Vary',
    'X-Request-Id',
    'no name',
  ].map((header): [object, string] => [
    withBackend({ responseHeaders: ['server', header] }),
    'backends[0].responseHeaders[1]',
  ]),
  [withBackend({ rewriteLinks: 'no' }), 'backends[0].rewriteLinks'],
  [withBackend({ url: 'ftp://api.example.org' }), 'backends[0].url'],
  [withBackend({ url: 'https://api.example.org/?x' }), 'backends[0].url'],
  [withBackend({ url: 'https://user@api.example.org/' }), 'backends[0].url'],
  [withBackend({ token: 'none' }), 'backends[0].token'],
  [withBackend({ providers: [] }), 'backends[0].providers'],
  [withBackend({ providers: ['demo', 'other'] }), 'backends[0].providers[1]'],
  [withBackend({ name: 'a/b' }), 'backends[0].name'],
  [withBackend({ timeoutMs: 0 }), 'backends[0].timeoutMs'],
  [withBackend({ maxBodyBytes: -1 }), 'backends[0].maxBodyBytes'],
  // secrets that can be guessed, and limits that are none
  [{ clients: [{ ...client, client_secret: 'fifteen letters' }] }, 'clients[0].client_secret'],
  [{ clients: [{ ...client, client_secret: '' }] }, 'clients[0].client_secret'],
  [{ limits: { nonces: { max: 0, seconds: 60 } } }, 'limits.nonces.max'],
  [{ limits: { nonces: { max: 1 } } }, 'limits.nonces'],
  [{ limits: { nonces: true } }, 'limits.nonces'],
  [{ limits: { handoffs: { max: 1, seconds: 100_000 } } }, 'limits.handoffs.seconds'],
  [{ limits: { requests: { max: 1, seconds: 1 } } }, 'limits'],
  // names that are there twice
  [{ providers: [provider, provider] }, 'providers[1].id'],
  [{ providers: [provider], backends: [backend, backend] }, 'backends[1].name'],
  [{ trustedIssuers: [trusted, trusted] }, 'trustedIssuers[1].issuer'],
  // providers that cannot be
  [withProvider({ type: 'no-such-provider' }), 'providers[0].type'],
  [withProvider({ type: 'credentials' }), 'providers[0].type'],
  [withProvider({ type: '../../evil' }), 'providers[0].type'],
  [withProvider({ issuer: undefined }), 'providers[0].issuer'],
  [withProvider({ type: 'keycloak', issuer: undefined }), 'providers[0].issuer'],
  // an issuer where the type would ask another server
  ...['github', 'gitlab', 'discord', 'bitbucket', 'facebook', 'zoho'].map((type): [object, string] => [
    withProvider({ type, issuer: 'https://git.example.org' }),
    'providers[0].issuer',
  ]),
  [withProvider({ type: 'gitlab', issuer: 'https://gitlab.com.evil.test' }), 'providers[0].issuer'],
  [withProvider({ type: 'gitlab', issuer: 'https://gitlab.com:8443' }), 'providers[0].issuer'],
  [withProvider({ id: 'Demo' }), 'providers[0].id'],
  [withProvider({ clientId: '' }), 'providers[0].clientId'],
  // keys that nobody knows
  [{ provider: [] }, 'the file'],
  [withProvider({ clientID: 'x' }), 'providers[0]'],
  [withBackend({ timeout: 1 }), 'backends[0]'],
  [withTrusted({ audience: 'x' }), 'trustedIssuers[0]'],
  [{ handoff: { ttl: 1 } }, 'handoff'],
  // clients of the OpenID Provider
  [withClient({ client_id: '' }), 'clients[0].client_id'],
  [withClient({ client_id: 'a b' }), 'clients[0].client_id'],
  [withClient({ redirect_uris: ['/callback'] }), 'clients[0].redirect_uris[0]'],
  [withClient({ redirect_uris: ['https://app.example.org/#x'] }), 'clients[0].redirect_uris[0]'],
  [withClient({ grant_types: ['implicit'] }), 'clients[0].grant_types[0]'],
  [withClient({ response_types: ['token'] }), 'clients[0].response_types[0]'],
  [withClient({ initiate_login_uri: 'http://app.example.org/' }), 'clients[0].initiate_login_uri'],
  [withClient({ initiate_login_uri: 'https://app.example.org/?a=b#c' }), 'clients[0].initiate_login_uri'],
  [
    withClient({ backchannel_logout_uri: 'https://u@app.example.org/?a' }),
    'clients[0].backchannel_logout_uri',
  ],
  [withClient({ backchannel_logout_uri: 'http://app.example.org/?a' }), 'clients[0].backchannel_logout_uri'],
  [withClient({ handoff: { mayReceive: true } }), 'clients[0].initiate_login_uri'],
  ...[
    'https://app.example.org/x',
    'https://app.example.org/',
    'https://APP.example.org',
    'https://app.example.org:443',
    'capacitor://localhost/',
    'capacitor://user@localhost',
    'capacitor://localhost?x',
    'Capacitor://localhost',
    'capacitor:localhost',
    'capacitor:',
    'data:,x',
    'null',
    '*',
    '',
  ].map((origin): [object, string] => [withClient({ origins: [origin] }), 'clients[0].origins[0]']),
  [withClient({ handoff: { targets: ['unknown'] } }), 'clients[0] (web).handoff.targets[0]'],
  [withClient({ resource_servers: ['unknown'] }), 'clients[0] (web).resource_servers[0]'],
  [withClient({ handoff: { confirm: 'sometimes' } }), 'clients[0].handoff.confirm'],
  [withClient({ redirect_uri: 'x' }), 'clients[0]'],
  [{ clients: [client, client] }, 'clients[1].client_id'],
  [withBackend({ token: 'baton' }), 'backends[0].audience'],
  [withBackend({ token: ['provider', 'baton'] }), 'backends[0].audience'],
  [withBackend({ token: 'baton', audience: 'relative' }), 'backends[0].audience'],
  [withBackend({ token: [] }), 'backends[0].token'],
  // the rest
  [{ sessions: { lifetime: 0 } }, 'sessions.lifetime'],
  [{ sessions: { lifetime: '30d' } }, 'sessions.lifetime'],
  [{ sessions: { idleTime: 0 } }, 'sessions.idleTime'],
  [{ sessions: { maxAge: 60 } }, 'sessions'],
  [{ handoff: { nonceTtl: 121 } }, 'handoff.nonceTtl'],
  [{ handoff: { binding: 'ip' } }, 'handoff.binding'],
  [{ handoff: { networks: ['192.0.2.0/33'] } }, 'handoff.networks[0]'],
  [{ handoff: { sessionTtl: 0 } }, 'handoff.sessionTtl'],
  [{ handoff: { onReplay: 'revoke' } }, 'handoff.onReplay'],
  [{ handoff: { approval: 'always' } }, 'handoff.approval'],
  [{ handoff: { proximity: 'same' } }, 'handoff.proximity'],
  [withClient({ handoff: { offline: 'yes' } }), 'clients[0].handoff.offline'],
  [{ handoff: { nonceTtl: 0 } }, 'handoff.nonceTtl'],
  [{ handoff: { nonceTtl: 1.5 } }, 'handoff.nonceTtl'],
  [{ handoff: { confirm: 'sometimes' } }, 'handoff.confirm'],
  [{ trustedProxies: ['10.0.0.0/33'] }, 'trustedProxies[0]'],
  [{ trustedProxies: ['10.0.0'] }, 'trustedProxies[0]'],
  [{ trustedProxies: ['::/129'] }, 'trustedProxies[0]'],
  [{ trustedProxies: ['10.0.0.0/'] }, 'trustedProxies[0]'],
  [{ trustedProxies: ['10.0.0.0/8/8'] }, 'trustedProxies[0]'],
])('%j is refused, and the fault names its place: %s', async (file, place) => {
  const faults = await faultsOf({ file })
  expect(faults.length).toBeGreaterThan(0)
  expect(
    faults.filter((fault) => fault.startsWith(`FILE: ${place}: `)),
    faults.join('\n'),
  ).not.toEqual([])
})

test.each<[object]>([
  [withProvider({ issuer: 'http://127.0.0.1:4000' })],
  [withProvider({ issuer: 'http://localhost:4000/tenant' })],
  [withTrusted({ issuer: 'http://[::1]:4000' })],
  [withProvider({ type: 'github', issuer: undefined, clientSecret: 'x' })],
  [withProvider({ type: 'google', issuer: undefined, clientSecret: 'x' })],
  [withProvider({ type: 'gitlab', issuer: 'https://gitlab.com' })],
  [withProvider({ type: 'mattermost', issuer: 'https://chat.example.org' })],
  [withProvider({ type: 'nextcloud', issuer: 'https://cloud.example.org' })],
  [withBackend({ requestHeaders: ['X-Tenant', 'x-forward'], methods: ['PROPFIND'] })],
  [withBackend({ url: 'https://api.example.org/v1/' })],
  [withTrusted({ algorithms: ['ES384'] })],
  [{ handoff: { nonceTtl: 120, confirm: 'never', binding: 'verifier' } }],
  [{ sessions: { lifetime: 1 } }],
  [{ sessions: { idleTime: 1 } }],
  [{ trustedProxies: ['10.0.0.0/8', '192.0.2.1', '2001:db8::/32', '::1'] }],
  [{ $schema: './baton.schema.json' }],
  [
    withClient({
      handoff: { mayReceive: true, confirm: 'never' },
      initiate_login_uri: 'https://app.example.org/start?tenant=1',
      backchannel_logout_uri: 'https://app.example.org/oidc-callback?logout=backchannel',
      first_party: false,
      origins: [
        'https://app.example.org',
        'capacitor://localhost',
        'chrome-extension://aabbcc',
        'app://x:80',
      ],
    }),
  ],
  [
    {
      clients: [
        client,
        { client_id: 'app', handoff: { mayRequest: true, targets: ['web'] }, resource_servers: ['web'] },
      ],
    },
  ],
  [{ limits: { nonces: false, verifiers: { max: 3, seconds: 60 }, signIns: { max: 5, seconds: 10 } } }],
  [withBackend({ token: ['provider', 'baton'], audience: 'urn:api' })],
  [withBackend({ token: 'baton', providers: undefined, audience: 'https://api.example.org' })],
  [{ handoff: { acrAliases: ['urn:se:curity:authentication:nonce:nonce1'] } }],
])('%j is taken', async (file) => {
  expect(await faultsOf({ file })).toEqual([])
})

test('header names that are to be sent on count in any case', async () => {
  const { backends } = await configOf({ file: withBackend({ requestHeaders: ['X-Tenant'] }) })
  expect(backends[0]?.requestHeaders).toEqual(['x-tenant'])
})
