import type { Config } from '#lib/config/load.ts'
import type { UpstreamProvider } from '#lib/config/upstream-provider.ts'
import { sha256 } from '#lib/crypto/digest.ts'
import { takeLogoutToken } from '#lib/db/logout-tokens.ts'
import { type IssuerKeys, keysOf } from '#lib/id-tokens/issuer-keys.ts'
import { type LogoutSender, verifyLogoutToken } from '#lib/id-tokens/verify-logout-token.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { signatureAlgorithms } from '#lib/oauth/signature-algorithms.ts'
import { tell } from '#lib/telemetry/tell.ts'
import { type EndingNeeds, noteEnded } from './end-session.ts'

/**
 * Ends the sessions that a provider's logout token names. Throws `invalid_request` for a logout token that is
 * invalid or was used before, and `temporarily_unavailable` when the issuer's keys cannot be fetched. OpenID
 * Connect Back-Channel Logout 1.0.
 */
export async function endByLogoutToken(
  token: string,
  needs: EndingNeeds & { issuerKeys: IssuerKeys },
): Promise<void> {
  const { db, config, issuerKeys: keys, metadata, log } = needs
  const logout = await verifyLogoutToken(token, {
    senders: senders(config),
    keysOf: (issuer) => keysOf(issuer, { keys, metadata, providers: config.providers }),
  })
  const { issuer, clients, subject = null, sid = null, jti, expiresAt } = logout
  const ended = await takeLogoutToken(db, {
    hash: sha256(JSON.stringify([issuer, jti])),
    expiresAt,
    issuer,
    subject,
    sid,
    providers: oidcProviders(config)
      .filter((provider) => provider.issuer === issuer && clients.includes(provider.clientId))
      .map(({ id }) => id),
    clients,
  })
  if (!ended) throw new OAuthError('invalid_request', 'this logout token was sent before')
  tell(log, 'logout.received', { issuer, sessions: ended.sids.length })
  // The provider waits for this answer; the revocations that go to it can take longer.
  void noteEnded(ended, 'provider', needs)
}

function senders(config: Config): LogoutSender[] {
  const algorithms = [...signatureAlgorithms]
  const known: LogoutSender[] = [
    ...oidcProviders(config).flatMap(({ issuer, clientId }) =>
      issuer ? [{ issuer, clients: [clientId], algorithms }] : [],
    ),
    ...config.trustedIssuers,
  ]
  // One issuer may both sign people in here and be trusted for the ID tokens of apps.
  return [...Map.groupBy(known, ({ issuer }) => issuer)].map(([issuer, same]) => ({
    issuer,
    clients: same.flatMap(({ clients }) => clients),
    // The operator's setting takes precedence over the default.
    algorithms: (config.trustedIssuers.find((trusted) => trusted.issuer === issuer) ?? { algorithms })
      .algorithms,
  }))
}

function oidcProviders({ providers }: Config): UpstreamProvider[] {
  return providers.filter(({ kind }) => kind === 'oidc')
}
