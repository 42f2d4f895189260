package org.example.baton;

import java.net.URI;
import java.util.Map;

/**
 * Sign-in at the identity provider by an authorization code flow with PKCE (RFC 7636) for a native app (RFC
 * 8252).
 */
final class SignIn {
    private final ClientOptions options;
    private final Http http;
    private final IdentityProvider provider;
    private final PendingSignIns pendingSignIns;

    SignIn(ClientOptions options, Http http, PendingSignIns pendingSignIns) {
        this.options = options;
        this.http = http;
        this.provider = new IdentityProvider(options, http);
        this.pendingSignIns = pendingSignIns;
    }

    /** The URL for the system's browser. */
    String begin(String redirectUri) throws BatonException {
        IdentityProvider.Metadata metadata = provider.metadata();
        PendingSignIns.PendingSignIn pending = new PendingSignIns.PendingSignIn(
                ProofKey.randomText(), ProofKey.randomText(), ProofKey.randomText(), checked(redirectUri));
        Form parameters = new Form()
                .set("response_type", "code")
                .set("client_id", options.providerClientId)
                .set("redirect_uri", pending.redirectUri())
                .set("scope", options.scope)
                .set("state", pending.state())
                .set("nonce", pending.nonce())
                .set("code_challenge", ProofKey.challengeOf(pending.codeVerifier()))
                .set("code_challenge_method", "S256");
        pendingSignIns.begin(pending);
        String endpoint = metadata.authorizationEndpoint();
        return endpoint + (endpoint.contains("?") ? "&" : "?") + parameters.encoded();
    }

    /** The ID token of a sign-in and its claims. */
    SignedIn finish(String callbackUrl) throws BatonException {
        AuthorizationResponse response = AuthorizationResponse.of(callbackUrl);
        // Read the metadata before taking the sign-in: without a network the same callback can be tried
        // again.
        IdentityProvider.Metadata metadata = provider.metadata();
        PendingSignIns.PendingSignIn pending = pendingSignIns.take(response.state());
        String code = response.codeFrom(options.issuer, metadata.sendsIssuer());
        String idToken = exchangeCode(metadata.tokenEndpoint(), code, pending);
        long now = options.clock.instant().getEpochSecond();
        Map<String, Object> claims =
                IdToken.check(idToken, options.issuer, options.providerClientId, pending.nonce(), now);
        return new SignedIn(idToken, claims);
    }

    // RFC 6749, section 4.1.3; RFC 7636, section 4.5.
    private String exchangeCode(String tokenEndpoint, String code, PendingSignIns.PendingSignIn pending)
            throws BatonException {
        Form form = new Form()
                .set("grant_type", "authorization_code")
                .set("code", code)
                .set("redirect_uri", pending.redirectUri())
                .set("code_verifier", pending.codeVerifier())
                .set("client_id", options.providerClientId);
        Answer answer = http.send(Request.post(tokenEndpoint, form));
        if (answer.status() != 200 && answer.error() != null) {
            // Said by the identity provider, not by Baton.
            String description = "the identity provider refused the code";
            throw new BatonException(ErrorCode.SIGN_IN_FAILED, description, answer.error(), answer.status());
        }
        return Answer.text(answer.json(), "id_token", "(?s).+");
    }

    // A code may travel over plain http to the loopback address only. Custom schemes are up to the platform.
    private String checked(String redirectUri) throws BatonException {
        URI uri = SecureUrl.parse(redirectUri);
        boolean isUri = uri != null && uri.getRawFragment() == null && redirectUri.matches("[\\x21-\\x7e]+");
        boolean isPlainHttp = isUri && uri.getScheme().equalsIgnoreCase("http");
        if (isUri && (!isPlainHttp || SecureUrl.isSecure(uri))) return redirectUri;
        String description = "redirectUri must be an absolute URI (http: for loopback only)";
        throw new BatonException(ErrorCode.INVALID_ARGUMENT, description);
    }

    record SignedIn(String idToken, Map<String, Object> claims) {}
}
