package org.example.baton;

import java.net.URI;
import java.time.Clock;
import java.util.Arrays;

/** The options of a client. */
public final class ClientOptions {
    final String baton;
    final String clientId;
    String issuer = "";
    String providerClientId = "";
    String redirectUri;
    String scope;
    Storage storage = new MemoryStorage();
    Signer signer;
    Clock clock = Clock.systemUTC();
    int timeoutMs = 30_000;

    /**
     * @param batonUrl Baton's public origin
     * @param clientId the app's client at Baton
     * @throws BatonException {@code invalid_argument}
     */
    public ClientOptions(String batonUrl, String clientId) throws BatonException {
        URI url = SecureUrl.parse(batonUrl);
        boolean isOrigin = SecureUrl.isSecure(url)
                && (url.getRawPath().isEmpty() || url.getRawPath().equals("/"))
                && url.getRawQuery() == null
                && url.getRawFragment() == null;
        check(isOrigin, "batonUrl must be an https origin (http: for loopback only)");
        this.baton = SecureUrl.origin(url);
        this.clientId = text("clientId", clientId);
    }

    /**
     * Where people sign in: a public client with PKCE (RFC 8252).
     *
     * @param issuer spelled as in its metadata
     * @param redirectUri where the browser returns to the app; {@code beginSignIn} can name another one
     * @throws BatonException {@code invalid_argument}
     */
    public ClientOptions identityProvider(String issuer, String clientId, String redirectUri, String scope)
            throws BatonException {
        URI url = SecureUrl.parse(issuer);
        boolean isIssuer =
                SecureUrl.isSecure(url) && url.getRawQuery() == null && url.getRawFragment() == null;
        check(isIssuer, "issuer must be an https URL (http: for loopback only)");
        check(Arrays.asList(scope.split(" ")).contains("openid"), "scope must contain openid");
        this.issuer = issuer;
        this.providerClientId = text("the client id at the identity provider", clientId);
        this.redirectUri = redirectUri;
        this.scope = scope;
        return this;
    }

    /** Default: this process's memory. */
    public ClientOptions storage(Storage storage) {
        this.storage = storage;
        return this;
    }

    /**
     * A key of this device, to which the web nonce is bound (RFC 9449). Default: none; it is a bearer token.
     */
    public ClientOptions signer(Signer signer) {
        this.signer = signer;
        return this;
    }

    /** Default: the system's clock. */
    public ClientOptions clock(Clock clock) {
        this.clock = clock;
        return this;
    }

    /** How long to wait for a connection, and for each part of an answer. Default 30 seconds. */
    public ClientOptions timeoutMs(int timeoutMs) {
        this.timeoutMs = timeoutMs;
        return this;
    }

    private static String text(String name, String value) throws BatonException {
        check(value != null && !value.isEmpty(), name + " must be a non-empty string");
        return value;
    }

    private static void check(boolean holds, String description) throws BatonException {
        if (!holds) throw new BatonException(ErrorCode.INVALID_ARGUMENT, description);
    }
}
