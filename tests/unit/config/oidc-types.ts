import type { TypeRow } from './type-row.ts'

/** A server of one's own, or an account's own address at a provider. */
const own = 'https://login.example.org/tenant'

/** A type that is told its issuer, and adds nothing. */
const hosted = (type: string): TypeRow => ({ type, entry: { issuer: own }, issuer: own, checks: ['pkce'] })
/** A type that knows its issuer, and adds nothing. */
const known = (type: string, issuer: string): TypeRow => ({ type, issuer, checks: ['pkce'] })

/** The types with ID tokens: whose metadata says where the request goes, with which scope and checks. */
export const oidcTypes: readonly TypeRow[] = [
  {
    type: 'apple',
    issuer: 'https://appleid.apple.com',
    scope: 'name email',
    checks: ['nonce'],
    parameters: { response_mode: 'form_post' },
  },
  hosted('asgardeo'),
  hosted('auth0'),
  hosted('authentik'),
  {
    type: 'azure-ad',
    entry: { issuer: 'https://login.microsoftonline.com/my-tenant/v2.0' },
    issuer: 'https://login.microsoftonline.com/my-tenant/v2.0',
    scope: 'openid profile email User.Read',
    checks: ['pkce'],
  },
  hosted('azure-ad-b2c'),
  {
    type: 'bankid-no',
    issuer: 'https://auth.bankid.no/auth/realms/prod',
    checks: ['pkce', 'nonce'],
    parameters: { ui_locales: 'no', login_hint: 'BIS' },
  },
  hosted('battlenet'),
  hosted('beyondidentity'),
  hosted('cognito'),
  { ...known('descope', 'https://api.descope.com/baton'), unchecked: ['nonce'] },
  { ...hosted('descope'), checks: ['pkce'], unchecked: ['nonce'] },
  // Without an issuer it has one for each client.
  { type: 'descope', issuer: 'https://api.descope.com/baton', checks: ['pkce'], unchecked: ['nonce'] },
  hosted('duende-identity-server6'),
  { ...hosted('frontegg'), endpoint: `${own}/oauth/authorize` },
  {
    ...hosted('fusionauth'),
    entry: { issuer: own, options: { tenantId: 'of-acme' } },
    scope: 'openid offline_access email profile',
    checks: ['pkce'],
    unchecked: ['nonce'],
    parameters: { tenantId: 'of-acme' },
  },
  known('google', 'https://accounts.google.com'),
  { ...known('huggingface', 'https://huggingface.co'), unchecked: ['nonce'] },
  hosted('identity-server4'),
  hosted('keycloak'),
  { ...hosted('kinde'), unchecked: ['nonce'] },
  { type: 'line', issuer: 'https://access.line.me', checks: [], unchecked: ['pkce', 'nonce'] },
  { type: 'linkedin', issuer: 'https://www.linkedin.com/oauth', checks: [], unchecked: ['pkce', 'nonce'] },
  { ...hosted('logto'), scope: 'offline_access openid email profile' },
  {
    type: 'microsoft-entra-id',
    issuer: 'https://login.microsoftonline.com/common/v2.0',
    scope: 'openid profile email User.Read',
    checks: ['pkce'],
  },
  {
    type: 'microsoft-entra-id',
    entry: { issuer: 'https://login.microsoftonline.com/my-tenant/v2.0' },
    issuer: 'https://login.microsoftonline.com/my-tenant/v2.0',
    scope: 'openid profile email User.Read',
    checks: ['pkce'],
  },
  { ...hosted('okta'), unchecked: ['nonce'] },
  hosted('onelogin'),
  hosted('ory-hydra'),
  hosted('passage'),
  hosted('ping-id'),
  { ...known('roblox', 'https://apis.roblox.com/oauth/'), scope: 'openid profile', unchecked: ['nonce'] },
  { ...known('salesforce', 'https://login.salesforce.com'), checks: ['pkce', 'nonce'] },
  known('simplelogin', 'https://app.simplelogin.io'),
  { type: 'slack', issuer: 'https://slack.com', checks: ['nonce'], unchecked: ['pkce'] },
  {
    ...known('twitch', 'https://id.twitch.tv/oauth2'),
    scope: 'openid user:read:email',
    parameters: { claims: '{"id_token":{"email":null,"picture":null,"preferred_username":null}}' },
  },
  { ...hosted('united-effects'), scope: 'openid email profile', parameters: { resource: own } },
  {
    ...known('vipps', 'https://api.vipps.no/access-management-1.0/access/'),
    scope: 'openid name email',
    checks: ['pkce', 'nonce'],
  },
  hosted('zitadel'),
  { type: 'oidc', entry: { issuer: own }, issuer: own, checks: ['pkce', 'nonce'] },
]
