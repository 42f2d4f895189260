package org.example.baton;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/** Random texts and their challenges (RFC 7636, sections 4.1 and 4.2). */
final class ProofKey {
    private static final SecureRandom RANDOM = new SecureRandom();

    private ProofKey() {}

    /** 256 random bits as 43 base64url characters, which also make a code verifier. */
    static String randomText() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return Base64Url.encode(bytes);
    }

    /**
     * The S256 challenge of a verifier. The {@code ath} of a proof is the same digest (RFC 9449, section
     * 4.2).
     */
    static String challengeOf(String verifier) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return Base64Url.encode(sha256.digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException error) {
            // Every Java platform has it.
            throw new IllegalStateException(error);
        }
    }
}
