import { z } from 'zod'
import { metadataPath } from '#lib/endpoints/openid-provider.ts'
import { mountPath } from '#lib/oidc/mount-path.ts'
import type { Address, Operation } from '../description.ts'
import { ofApps } from '../headers.ts'

const names = z.array(z.string())

const providerMetadata = z
  .object({
    issuer: z.url(),
    authorization_endpoint: z.url(),
    token_endpoint: z.url(),
    userinfo_endpoint: z.url(),
    jwks_uri: z.url(),
    introspection_endpoint: z.url(),
    revocation_endpoint: z.url(),
    device_authorization_endpoint: z.url(),
    end_session_endpoint: z.url(),
    global_token_revocation_endpoint: z.url(),
    ui_locales_supported: z.array(z.string()),
    response_types_supported: names,
    response_modes_supported: names,
    grant_types_supported: names,
    scopes_supported: names,
    claims_supported: names,
    claim_types_supported: names,
    subject_types_supported: names,
    id_token_signing_alg_values_supported: names,
    token_endpoint_auth_methods_supported: names,
    token_endpoint_auth_signing_alg_values_supported: names,
    code_challenge_methods_supported: names,
    dpop_signing_alg_values_supported: names,
    authorization_response_iss_parameter_supported: z.boolean(),
    claims_parameter_supported: z.boolean(),
    request_uri_parameter_supported: z.boolean(),
    backchannel_logout_supported: z.boolean(),
    backchannel_logout_session_supported: z.boolean(),
  })
  .meta({ id: 'ProviderMetadata' })

const getMetadata: Omit<Operation, 'id' | 'standard'> = {
  summary: 'Get the metadata of the OpenID Provider',
  answers: {
    200: {
      description: 'The metadata.',
      headers: ofApps,
      json: providerMetadata,
    },
  },
}

/** Where the OpenID Provider says what it can do. */
export const metadata: Address[] = [
  {
    path: `${mountPath}/.well-known/openid-configuration`,
    operations: {
      GET: {
        id: 'getProviderMetadata',
        standard: 'OpenID Connect Discovery 1.0, section 4',
        ...getMetadata,
      },
    },
  },
  {
    path: metadataPath,
    operations: {
      GET: { id: 'getServerMetadata', standard: 'RFC 8414, section 3.1', ...getMetadata },
    },
  },
]
