package org.example.baton;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A whole answer, read as OAuth means it. */
record Answer(int status, Map<String, String> headers, byte[] body) {
    private static final Pattern JSON =
            Pattern.compile("application/([\\w.-]+\\+)?json\\s*(;.*)?", Pattern.CASE_INSENSITIVE);
    private static final Pattern CODE = Pattern.compile("[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]{1,100}");
    private static final Pattern CHALLENGE =
            Pattern.compile("^(Bearer|DPoP)\\b.*\\berror=\"([\\w-]+)\"", Pattern.CASE_INSENSITIVE);

    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /**
     * The JSON object of a successful answer.
     *
     * @throws BatonException {@code unsupported_response} where a 200 carries none; else {@link #refusal()}.
     */
    Map<String, Object> json() throws BatonException {
        if (status != 200) throw refusal();
        Map<String, Object> json = object();
        if (json == null) throw unsupported("the answer is not a JSON object");
        return json;
    }

    /**
     * What a refusal means (RFC 6749, section 5.2): {@code signed_out} for a dead token (RFC 6750, section
     * 3.1), else {@code refused}; {@code unsupported_response} for an answer that is no OAuth error.
     */
    BatonException refusal() {
        Map<String, Object> json = object();
        String error = error();
        if (error == null) return unsupported("the answer is neither a success nor an OAuth error");
        if (status == 401 && error.equals("invalid_token")) return BatonException.signedOut();
        Object description = json == null ? null : json.get("error_description");
        return new BatonException(ErrorCode.REFUSED, described(error, description), error, status);
    }

    /** The OAuth error code: of the body, or of the challenge where there is no body; or {@code null}. */
    String error() {
        Map<String, Object> json = object();
        String error = errorCode(json == null ? null : json.get("error"));
        return error == null ? challengedError(header("WWW-Authenticate")) : error;
    }

    /**
     * The error of a Bearer or DPoP challenge (RFC 6750, section 3; RFC 9449, section 7.1), or {@code null}.
     */
    static String challengedError(String challenge) {
        Matcher matcher = CHALLENGE.matcher(challenge);
        return matcher.find() ? matcher.group(2) : null;
    }

    /** An OAuth error code, or {@code null} for what cannot be one (RFC 6749, section 5.2). */
    static String errorCode(Object value) {
        return value instanceof String text && CODE.matcher(text).matches() ? text : null;
    }

    /** The server's words without what could be a token: some servers repeat what they were sent. */
    static String described(String error, Object description) {
        if (!(description instanceof String text) || text.isEmpty()) return error;
        String plain = text.replaceAll("[\\w.~+/=-]{32,}", "…").replaceAll("[^ -~\\u00a0-\\uffff]", " ");
        return plain.substring(0, Math.min(plain.length(), 300));
    }

    /** A member that must be a string with this syntax. */
    static String text(Map<String, Object> json, String name, String syntax) throws BatonException {
        if (json.get(name) instanceof String text && text.matches(syntax)) return text;
        throw new BatonException(ErrorCode.UNSUPPORTED_RESPONSE, name + " is missing or malformed");
    }

    /** A member that must be a number of seconds. */
    static long seconds(Map<String, Object> json, String name) throws BatonException {
        if (json.get(name) instanceof BigDecimal number && number.signum() >= 0 && number.precision() < 20)
            return number.longValue();
        throw new BatonException(ErrorCode.UNSUPPORTED_RESPONSE, name + " is missing or malformed");
    }

    private Map<String, Object> object() {
        boolean isJson = JSON.matcher(header("Content-Type")).matches();
        return isJson ? Json.parseObject(new String(body, StandardCharsets.UTF_8)) : null;
    }

    private BatonException unsupported(String description) {
        return new BatonException(ErrorCode.UNSUPPORTED_RESPONSE, description, null, status);
    }
}
