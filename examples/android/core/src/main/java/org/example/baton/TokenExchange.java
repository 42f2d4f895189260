package org.example.baton;

import java.util.Map;

/** Web nonces at Baton: from an ID token (RFC 8693, section 2), and their end (RFC 7009). */
final class TokenExchange {
    private static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

    private final ClientOptions options;
    private final Baton baton;
    private final Sessions sessions;

    TokenExchange(ClientOptions options, Baton baton, Sessions sessions) {
        this.options = options;
        this.baton = baton;
        this.sessions = sessions;
    }

    /**
     * Exchanges an ID token for a web nonce and keeps it. Revokes a web nonce that is replaced or cannot be
     * kept, so that no session lives on without an owner. One at a time: if two answers arrived out of order,
     * the dead web nonce would be kept.
     *
     * @param since the count of sign-outs when the sign-in began
     */
    synchronized void keepWebNonce(String idToken, int since) throws BatonException {
        String webNonce = webNonceFor(idToken);
        String before;
        try {
            before = sessions.keep(webNonce, since);
        } catch (BatonException error) {
            revokeQuietly(webNonce);
            throw error;
        }
        if (before != null && !before.equals(webNonce)) revokeQuietly(before);
    }

    /** Revokes a web nonce, and with it the session and everything derived from it. */
    void revoke(String webNonce) throws BatonException {
        Form form = new Form().set("token", webNonce).set("client_id", options.clientId);
        Answer answer = baton.send(Request.post(options.baton + "/oidc/revoke", form), null);
        if (answer.status() != 200) throw answer.refusal();
    }

    private String webNonceFor(String idToken) throws BatonException {
        Form form = new Form()
                .set("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange")
                .set("subject_token", idToken)
                .set("subject_token_type", "urn:ietf:params:oauth:token-type:id_token")
                .set("client_id", options.clientId);
        Map<String, Object> json = baton.send(Request.post(options.baton + "/oidc/token", form), null).json();
        String kind = Answer.text(json, "token_type", "(?s).+");
        boolean isExpected = ACCESS_TOKEN.equals(json.get("issued_token_type"))
                && kind.equalsIgnoreCase(baton.proves() ? "DPoP" : "Bearer");
        if (!isExpected)
            throw new BatonException(ErrorCode.UNSUPPORTED_RESPONSE, "Baton returned another kind of token");
        // RFC 6750, section 2.1: nothing that a header cannot hold.
        return Answer.text(json, "access_token", "[\\w.~+/-]+=*");
    }

    private void revokeQuietly(String webNonce) {
        try {
            revoke(webNonce);
        } catch (BatonException error) {
            // It ends by itself after some time without use.
        }
    }
}
