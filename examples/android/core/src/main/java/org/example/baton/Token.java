package org.example.baton;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The token service's answer as Baton received it. Printing it does not reveal its content. */
public final class Token {
    private static final long LARGEST_EXACT = (1L << 53) - 1;

    private final int status;
    private final String contentType;
    private final byte[] bytes;

    Token(int status, String contentType, byte[] bytes) {
        this.status = status;
        this.contentType = contentType;
        this.bytes = bytes;
    }

    /** The status of the token service's answer: a refusal is an answer too. */
    public int status() {
        return status;
    }

    public String contentType() {
        return contentType;
    }

    /** The bytes as received, copied. */
    public byte[] rawBytes() {
        return bytes.clone();
    }

    /** The bytes as UTF-8, with U+FFFD for invalid sequences. */
    public String rawString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The members of the JSON object, where the answer is one. */
    public Optional<Map<String, Object>> json() {
        return Optional.ofNullable(Json.parseObject(rawString()));
    }

    /** A string member of the JSON object. */
    public Optional<String> getString(String name) {
        return member(name) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    /**
     * An integer member of the JSON object, of at most 53 bits as JSON numbers are (RFC 7493, section 2.2).
     */
    public OptionalLong getInt(String name) {
        if (!(member(name) instanceof BigDecimal number)) return OptionalLong.empty();
        try {
            long value = number.longValueExact();
            return Math.abs(value) <= LARGEST_EXACT ? OptionalLong.of(value) : OptionalLong.empty();
        } catch (ArithmeticException error) {
            return OptionalLong.empty();
        }
    }

    private Object member(String name) {
        return json().map(members -> members.get(name)).orElse(null);
    }
}
