package org.example.baton;

import java.net.URI;
import java.util.List;

/** The parameters of a callback (RFC 6749, section 4.1.2). Those that are missing are {@code null}. */
record AuthorizationResponse(String state, String iss, String code, String error, String errorDescription) {

    /** Throws {@code state_mismatch} for a URL that is no callback. */
    static AuthorizationResponse of(String callbackUrl) throws BatonException {
        URI url = SecureUrl.parse(callbackUrl);
        if (url == null) throw mismatch("this is not a callback");
        // Of a redirect URI such as `org.example.app:callback` the query is part of an opaque whole.
        String rest = url.isOpaque() ? url.getRawSchemeSpecificPart() : url.toString();
        int query = rest.indexOf('?');
        String parameters = query < 0 ? "" : rest.substring(query + 1).replaceFirst("#.*", "");
        try {
            return new AuthorizationResponse(
                    one(parameters, "state"),
                    one(parameters, "iss"),
                    one(parameters, "code"),
                    one(parameters, "error"),
                    one(parameters, "error_description"));
        } catch (IllegalArgumentException error) {
            throw mismatch("the callback is not encoded well");
        }
    }

    /** The code, where state has been checked. Throws {@code sign_in_failed}. */
    String codeFrom(String issuer, boolean sendsIssuer) throws BatonException {
        // RFC 9207, section 2.4: another server may have sent this answer to get its code (a mix-up attack).
        if (iss == null ? sendsIssuer : !iss.equals(issuer))
            throw failed("the callback is not from the identity provider");
        if (error != null) {
            String known = Answer.errorCode(error) == null ? "unknown" : error;
            String description = Answer.described(known, errorDescription);
            throw new BatonException(ErrorCode.SIGN_IN_FAILED, description, known, 0);
        }
        if (code == null || code.isEmpty()) throw failed("the callback has neither a code nor an error");
        return code;
    }

    private static String one(String parameters, String name) throws BatonException {
        List<String> values = Form.valuesIn(parameters, name);
        // RFC 6749, section 3.1: no parameter more than once.
        if (values.size() > 1) throw mismatch("the callback has more than one " + name);
        return values.isEmpty() ? null : values.get(0);
    }

    private static BatonException mismatch(String description) {
        return new BatonException(ErrorCode.STATE_MISMATCH, description);
    }

    private static BatonException failed(String description) {
        return new BatonException(ErrorCode.SIGN_IN_FAILED, description);
    }
}
