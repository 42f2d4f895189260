/** The `id` of the provider in `exampleConfig`. */
export const exampleId = 'login'

/** A configuration file with a provider, for an operator to complete. */
export const exampleConfig = {
  providers: [
    {
      id: exampleId,
      name: 'Example account',
      type: 'oidc',
      issuer: 'https://login.example.org',
      clientId: 'baton',
      clientSecret: `$\{LOGIN_CLIENT_SECRET}`,
      scope: 'openid profile email offline_access',
    },
  ],
}
