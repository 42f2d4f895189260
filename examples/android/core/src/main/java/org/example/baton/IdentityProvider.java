package org.example.baton;

import java.net.URI;
import java.util.List;
import java.util.Map;

/** The identity provider's metadata (OpenID Connect Discovery, section 4), read once. */
final class IdentityProvider {
    /**
     * @param sendsIssuer whether callbacks have {@code iss} (RFC 9207)
     */
    record Metadata(String authorizationEndpoint, String tokenEndpoint, boolean sendsIssuer) {}

    private final ClientOptions options;
    private final Http http;
    private Metadata known;

    IdentityProvider(ClientOptions options, Http http) {
        this.options = options;
        this.http = http;
    }

    /** Reads the metadata at the first call, and again after a failure. */
    synchronized Metadata metadata() throws BatonException {
        if (options.issuer.isEmpty())
            throw new BatonException(ErrorCode.INVALID_ARGUMENT, "the client has no identityProvider");
        if (known == null) known = discover();
        return known;
    }

    private Metadata discover() throws BatonException {
        String issuer = options.issuer.replaceFirst("/$", "");
        Request request = Request.get(issuer + "/.well-known/openid-configuration");
        Map<String, Object> json = http.send(request.header("Accept", "application/json")).json();
        if (!options.issuer.equals(json.get("issuer"))) throw unsupported("is for another issuer");
        boolean isWithoutS256 = json.get("code_challenge_methods_supported") instanceof List<?> methods
                && !methods.contains("S256");
        if (isWithoutS256) throw unsupported("does not support S256");
        return new Metadata(
                endpoint(json, "authorization_endpoint"),
                endpoint(json, "token_endpoint"),
                Boolean.TRUE.equals(json.get("authorization_response_iss_parameter_supported")));
    }

    private static String endpoint(Map<String, Object> json, String name) throws BatonException {
        String text = Answer.text(json, name, "(?s).+");
        URI url = SecureUrl.parse(text);
        if (!SecureUrl.isSecure(url) || url.getRawFragment() != null)
            throw unsupported("has a " + name + " that is not an https URL");
        return text;
    }

    private static BatonException unsupported(String what) {
        String description = "the identity provider's metadata " + what;
        return new BatonException(ErrorCode.UNSUPPORTED_RESPONSE, description);
    }
}
