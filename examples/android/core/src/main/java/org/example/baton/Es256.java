package org.example.baton;

import java.math.BigInteger;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the Java platform gives for ES256, in the forms of JOSE (RFC 7518, sections 3.4 and 6.2.1). */
final class Es256 {
    private static final int SIZE = 32;

    private Es256() {}

    /** The public key as a JWK, or {@code null} for a key on another curve. */
    static Map<String, Object> publicJwk(ECPublicKey key) {
        byte[] x = fixed(key.getW().getAffineX());
        byte[] y = fixed(key.getW().getAffineY());
        if (x == null || y == null || key.getParams().getOrder().bitLength() != SIZE * 8) return null;
        Map<String, Object> jwk = new LinkedHashMap<>();
        jwk.put("kty", "EC");
        jwk.put("crv", "P-256");
        jwk.put("x", Base64Url.encode(x));
        jwk.put("y", Base64Url.encode(y));
        return jwk;
    }

    /**
     * {@code r} and {@code s} of a signature in DER, 32 bytes each; {@code null} for what is no signature.
     */
    static byte[] rawSignature(byte[] der) {
        if (der.length < 8 || der[0] != 0x30 || der[1] != der.length - 2) return null;
        byte[] raw = new byte[2 * SIZE];
        int at = 2;
        for (int end = SIZE; end <= 2 * SIZE; end += SIZE) {
            if (at + 2 > der.length || der[at] != 0x02) return null;
            int size = der[at + 1];
            int from = at + 2;
            if (size < 1 || from + size > der.length) return null;
            byte[] digits = fixed(new BigInteger(Arrays.copyOfRange(der, from, from + size)));
            if (digits == null) return null;
            System.arraycopy(digits, 0, raw, end - SIZE, SIZE);
            at = from + size;
        }
        return at == der.length ? raw : null;
    }

    /** A number as 32 bytes, the highest first; {@code null} where it does not fit. */
    private static byte[] fixed(BigInteger number) {
        if (number.signum() < 0 || number.bitLength() > SIZE * 8) return null;
        byte[] digits = number.toByteArray();
        byte[] bytes = new byte[SIZE];
        int zeros = Math.max(0, digits.length - SIZE);
        System.arraycopy(digits, zeros, bytes, SIZE - digits.length + zeros, digits.length - zeros);
        return bytes;
    }
}
