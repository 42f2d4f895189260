package org.example.baton;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** Checks of an ID token (OpenID Connect Core, section 3.1.3.7). */
final class IdToken {
    /** How many seconds the device's clock may be off. */
    private static final long TOLERANCE = 120;

    private IdToken() {}

    /**
     * Checks that an ID token belongs to this client and this sign-in, and returns its claims. It must come
     * straight from the token endpoint over TLS, which replaces the check of its signature.
     *
     * @param now seconds since the epoch
     * @throws BatonException {@code id_token_invalid}
     */
    static Map<String, Object> check(String idToken, String issuer, String clientId, String nonce, long now)
            throws BatonException {
        String[] parts = idToken.split("\\.", -1);
        Map<String, Object> header = parts.length == 3 ? decoded(parts[0]) : null;
        Map<String, Object> claims = parts.length == 3 ? decoded(parts[1]) : null;
        if (header == null || claims == null) throw invalid("is not a signed JWT");

        Object aud = claims.get("aud");
        List<?> audiences = aud instanceof List<?> several ? several : List.of(text(claims, "aud"));
        Object azp = claims.get("azp");
        if (text(header, "alg").isEmpty() || text(header, "alg").equalsIgnoreCase("none"))
            throw invalid("is not signed");
        if (!text(claims, "iss").equals(issuer)) throw invalid("is from another issuer");
        if (!audiences.contains(clientId)) throw invalid("is for another client");
        if (azp == null ? audiences.size() > 1 : !azp.equals(clientId))
            throw invalid("was issued to another client");
        if (!text(claims, "nonce").equals(nonce)) throw invalid("belongs to another sign-in");
        if (text(claims, "sub").isEmpty()) throw invalid("has no subject");
        if (!isBefore(now - TOLERANCE, claims.get("exp"))) throw invalid("has expired");
        if (!(claims.get("iat") instanceof BigDecimal iat) || isBefore(now + TOLERANCE, iat))
            throw invalid("is from the future");
        return claims;
    }

    private static Map<String, Object> decoded(String part) {
        String text = Base64Url.decodeText(part);
        return text == null ? null : Json.parseObject(text);
    }

    private static String text(Map<String, Object> members, String name) {
        return members.get(name) instanceof String text ? text : "";
    }

    private static boolean isBefore(long seconds, Object time) {
        return time instanceof BigDecimal number && BigDecimal.valueOf(seconds).compareTo(number) < 0;
    }

    private static BatonException invalid(String what) {
        return new BatonException(ErrorCode.ID_TOKEN_INVALID, "the ID token " + what);
    }
}
