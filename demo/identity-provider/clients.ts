import type { ClientMetadata } from 'oidc-provider'

/** Returns the clients of the demo identity provider, with the registration names of OpenID Connect. */
export function clients(batonUrl: string): ClientMetadata[] {
  return [
    {
      client_id: 'baton',
      client_name: 'Baton',
      client_secret: 'demo-baton-secret',
      redirect_uris: [`${batonUrl}/api/auth/callback/demo`],
      post_logout_redirect_uris: [`${batonUrl}/sign-out`, batonUrl, `${batonUrl}/`],
      backchannel_logout_uri: `${batonUrl}/api/backchannel-logout`,
      backchannel_logout_session_required: true,
      grant_types: ['authorization_code', 'refresh_token'],
      require_auth_time: true,
    },
    {
      client_id: 'demo-phone',
      client_name: 'Demo phone',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      // A loopback redirect may use any port (RFC 8252, section 7.3). The other one is that of the apps in
      // `examples/` (section 7.1).
      redirect_uris: ['http://127.0.0.1/callback', 'org.example.baton:/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      require_auth_time: true,
    },
  ]
}
