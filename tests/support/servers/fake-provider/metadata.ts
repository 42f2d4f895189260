import { answered, endpointUrl, type Fake, issuerOf, type Reply } from './fake.ts'

const severalTenants = /^\/(common|organizations|consumers)\//

/** OpenID Connect Discovery 1.0, section 3. */
export function metadata(pathname: string, fake: Fake): Reply {
  const { habits } = fake
  const tenant = habits.tenant && (severalTenants.test(pathname) ? '{tenantid}' : habits.tenant)
  return answered({
    members: {
      issuer: issuerOf(fake, tenant),
      authorization_endpoint: endpointUrl(fake, 'authorization'),
      token_endpoint: endpointUrl(fake, 'token'),
      userinfo_endpoint: endpointUrl(fake, 'userinfo'),
      jwks_uri: endpointUrl(fake, 'jwks'),
      revocation_endpoint: endpointUrl(fake, 'revocation'),
      end_session_endpoint: endpointUrl(fake, 'endSession'),
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [habits.signingAlgorithm],
      code_challenge_methods_supported: habits.pkce === 'refused' ? undefined : ['S256'],
      token_endpoint_auth_methods_supported: [habits.clientAuthentication],
      authorization_response_iss_parameter_supported: habits.namesIssuer || undefined,
      ...habits.metadata,
    },
  })
}

/** Whether metadata is at this path: where the habit says, or below each tenant as Entra has it. */
export function isMetadata(pathname: string, { habits }: Fake): boolean {
  if (!habits.tenant) return pathname === habits.metadataPath
  return /^\/[^/]+\/v2\.0\/\.well-known\/openid-configuration$/.test(pathname)
}

export function jwks({ keys }: Fake): Reply {
  return answered({ members: { keys: Object.values(keys).map(({ jwk }) => jwk) } })
}
