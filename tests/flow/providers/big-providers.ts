import { exportPKCS8, generateKeyPair } from 'jose'
import type { Habits } from '../../support/servers/fake-provider/habits.ts'
import type { Habit } from './habit.ts'

const appleKey = await generateKeyPair('ES256', { extractable: true })
const tenant = '0f5dd1a0-7c3c-4c5e-9b3c-4b2a54b6a111'
/** What Auth.js knows by itself. */
const builtIn = { issuer: undefined }
const profile = { name: 'Some Body', email: 'somebody@example.org' }

const github: Partial<Habits> = {
  kind: 'oauth2',
  metadataPath: '',
  idTokenClaims: {},
  namesIssuer: true,
  issuerPath: '/login/oauth',
  endpoints: endpoints({
    authorization: '/login/oauth/authorize',
    token: '/login/oauth/access_token',
    userinfo: 'https://api.github.com/user',
  }),
  userinfo: { members: { sub: undefined, id: 583231, login: 'somebody', name: 'Some Body', email: null } },
  documents: {
    '/user/emails': { body: JSON.stringify([{ email: profile.email, primary: true, verified: true }]) },
  },
  // Tokens of a GitHub app that does not let them expire.
  atCode: { members: { expires_in: undefined } },
  refreshTokens: 'none',
}

const gitlab: Partial<Habits> = {
  kind: 'oauth2',
  metadataPath: '',
  idTokenClaims: {},
  endpoints: endpoints({
    authorization: '/oauth/authorize',
    token: '/oauth/token',
    userinfo: '/api/v4/user',
    revocation: '/oauth/revoke',
  }),
  userinfo: { members: { sub: undefined, id: 77, username: 'somebody', ...profile } },
}

/** The big providers at their own host names, by the types that Auth.js ships. */
export const bigProviders: readonly Habit[] = [
  {
    id: 'google',
    name: 'Google',
    origin: 'https://accounts.google.com',
    habits: {
      endpoints: endpoints({
        authorization: '/o/oauth2/v2/auth',
        token: 'https://oauth2.googleapis.com/token',
        userinfo: 'https://openidconnect.googleapis.com/v1/userinfo',
        jwks: 'https://www.googleapis.com/oauth2/v3/certs',
        revocation: 'https://oauth2.googleapis.com/revoke',
      }),
      metadata: { end_session_endpoint: undefined },
      refreshTokens: 'lasting',
    },
    entry: { type: 'google', ...builtIn, authorizationParams: { access_type: 'offline', prompt: 'consent' } },
    request: { access_type: 'offline', prompt: 'consent' },
  },
  {
    id: 'github',
    name: 'GitHub',
    origin: 'https://github.com',
    habits: github,
    entry: { type: 'github', ...builtIn },
    person: { issuer: 'https://github.com', subject: '583231' },
    request: { scope: 'read:user user:email', nonce: undefined },
    isLasting: true,
    keepsTokens: true,
  },
  {
    id: 'github-enterprise',
    name: 'GitHub Enterprise',
    origin: 'https://github.example.org',
    habits: {
      ...github,
      endpoints: { ...(github.endpoints as Habits['endpoints']), userinfo: '/api/v3/user' },
      documents: { '/api/v3/user/emails': github.documents?.['/user/emails'] ?? {} },
    },
    entry: {
      type: 'github',
      ...builtIn,
      options: { enterprise: { baseUrl: 'https://github.example.org' } },
    },
    person: { issuer: 'https://github.example.org', subject: '583231' },
    isLasting: true,
    keepsTokens: true,
  },
  {
    id: 'gitlab',
    name: 'GitLab',
    origin: 'https://gitlab.com',
    habits: gitlab,
    entry: { type: 'gitlab', ...builtIn },
    person: { issuer: 'https://gitlab.com', subject: '77' },
    request: { scope: 'read_user' },
    keepsTokens: true,
  },
  {
    id: 'gitlab-own',
    name: "a firm's own GitLab",
    origin: 'https://gitlab.example.org',
    habits: gitlab,
    entry: { type: 'gitlab', ...builtIn, options: { baseUrl: 'https://gitlab.example.org' } },
    person: { issuer: 'https://gitlab.example.org', subject: '77' },
    keepsTokens: true,
  },
  {
    id: 'entra',
    name: 'Microsoft Entra ID with one tenant, whose photos cannot be fetched',
    origin: 'https://login.microsoftonline.com',
    habits: {
      tenant,
      endpoints: endpoints({
        authorization: '/common/oauth2/v2.0/authorize',
        token: '/common/oauth2/v2.0/token',
        userinfo: 'https://graph.microsoft.com/oidc/userinfo',
        jwks: '/common/discovery/v2.0/keys',
      }),
      metadata: { revocation_endpoint: undefined },
      idTokenClaims: { ...profile, oid: 'object-of-somebody' },
      documents: { '/v1.0/me/photos/48x48/$value': { breaks: true } },
    },
    entry: {
      type: 'microsoft-entra-id',
      issuer: `https://login.microsoftonline.com/${tenant}/v2.0`,
      subjectClaim: 'oid',
    },
    person: { subject: 'object-of-somebody' },
    keepsTokens: true,
  },
  {
    id: 'work',
    name: 'Microsoft Entra ID with many tenants, under any id',
    at: 'entra',
    entry: { type: 'microsoft-entra-id', ...builtIn, subjectClaim: 'oid' },
    person: { subject: 'object-of-somebody' },
    keepsTokens: true,
  },
  {
    id: 'apple',
    name: "Apple, by a form of its own page and a secret that is made of the team's key",
    origin: 'https://appleid.apple.com',
    habits: {
      clientAuthentication: 'client_secret_post',
      clientKey: { key: appleKey.publicKey, kid: 'KEY7890123', teamId: 'TEAM123456' },
      endpoints: endpoints({
        authorization: '/auth/authorize',
        token: '/auth/token',
        jwks: '/auth/keys',
        revocation: '/auth/revoke',
      }),
      metadata: { userinfo_endpoint: undefined, end_session_endpoint: undefined },
      formPost: {
        user: { name: { firstName: 'Some', lastName: 'Body' }, email: profile.email },
      },
      idTokenClaims: { email: profile.email, email_verified: 'true' },
      refreshTokens: 'lasting',
    },
    entry: {
      type: 'apple',
      ...builtIn,
      clientSecret: {
        teamId: 'TEAM123456',
        keyId: 'KEY7890123',
        privateKey: await exportPKCS8(appleKey.privateKey),
      },
    },
    request: { scope: 'name email', response_mode: 'form_post' },
    notAsked: ['userinfo'],
  },
  {
    id: 'linkedin',
    name: 'LinkedIn, which knows neither PKCE nor nonce',
    origin: 'https://www.linkedin.com',
    habits: {
      issuerPath: '/oauth',
      metadataPath: '/oauth/.well-known/openid-configuration',
      clientAuthentication: 'client_secret_post',
      pkce: 'refused',
      nonce: 'missing',
      endpoints: endpoints({
        authorization: '/oauth/v2/authorization',
        token: '/oauth/v2/accessToken',
        userinfo: 'https://api.linkedin.com/v2/userinfo',
        jwks: '/oauth/openid/jwks',
      }),
      metadata: { revocation_endpoint: undefined, end_session_endpoint: undefined },
      refreshTokens: 'none',
      atCode: { members: { expires_in: 5_183_999 } },
    },
    entry: { type: 'linkedin', ...builtIn },
    request: { nonce: undefined, code_challenge: undefined },
    isLasting: true,
    keepsTokens: true,
  },
  {
    id: 'discord',
    name: 'Discord',
    origin: 'https://discord.com',
    habits: {
      kind: 'oauth2',
      metadataPath: '',
      idTokenClaims: {},
      endpoints: endpoints({
        authorization: '/api/oauth2/authorize',
        token: '/api/oauth2/token',
        userinfo: '/api/users/@me',
      }),
      userinfo: {
        members: {
          sub: undefined,
          id: '80351110224678912',
          username: 'somebody',
          global_name: 'Some Body',
          discriminator: '0',
          avatar: null,
          email: profile.email,
          verified: true,
        },
      },
    },
    entry: { type: 'discord', ...builtIn },
    person: {
      issuer: 'https://discord.com',
      subject: '80351110224678912',
      image: 'https://cdn.discordapp.com/embed/avatars/5.png',
    },
    request: { scope: 'identify email' },
    keepsTokens: true,
  },
  {
    id: 'slack',
    name: 'Slack',
    origin: 'https://slack.com',
    habits: {
      endpoints: endpoints({
        authorization: '/openid/connect/authorize',
        token: '/api/openid.connect.token',
        userinfo: '/api/openid.connect.userInfo',
        jwks: '/openid/connect/keys',
      }),
      metadata: { revocation_endpoint: undefined, end_session_endpoint: undefined },
      refreshTokens: 'none',
      atCode: { members: { expires_in: undefined } },
    },
    entry: { type: 'slack', ...builtIn },
    isLasting: true,
    keepsTokens: true,
  },
]

function endpoints(known: Partial<Habits['endpoints']>): Habits['endpoints'] {
  const unknown = '/has-none'
  return {
    authorization: unknown,
    token: unknown,
    userinfo: unknown,
    jwks: unknown,
    revocation: unknown,
    endSession: unknown,
    ...known,
  }
}
