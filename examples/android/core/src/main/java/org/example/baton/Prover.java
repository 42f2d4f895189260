package org.example.baton;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Makes DPoP proofs with the app's key, and remembers the newest nonce that Baton gave for them. */
final class Prover {
    private final ClientOptions options;
    private volatile String newest;

    Prover(ClientOptions options) {
        this.options = options;
    }

    /**
     * A proof for one request (RFC 9449, section 4.2).
     *
     * @param token the token that it comes with, or {@code null}
     * @param nonce the nonce of a server other than Baton, or {@code null}
     * @throws BatonException {@code storage} where the key cannot be used
     */
    String proof(String method, URI address, String token, String nonce) throws BatonException {
        String origin = SecureUrl.origin(address);
        String ownNonce = origin.equals(options.baton) ? newest : null;

        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("jti", ProofKey.randomText());
        claims.put("htm", method);
        claims.put("htu", origin + address.getRawPath());
        claims.put("iat", options.clock.instant().getEpochSecond());
        if (token != null) claims.put("ath", ProofKey.challengeOf(token));
        if (nonce != null || ownNonce != null) claims.put("nonce", nonce == null ? ownNonce : nonce);
        return signed(claims);
    }

    /** Remembers the nonce of an answer of Baton's. */
    void heard(String nonce) {
        if (!nonce.isEmpty()) newest = nonce;
    }

    private String signed(Map<String, Object> claims) throws BatonException {
        try {
            Map<String, Object> jwk = Es256.publicJwk(options.signer.publicKey());
            if (jwk == null) throw new GeneralSecurityException("the key is not on the curve P-256");
            Map<String, Object> header = new LinkedHashMap<>();
            header.put("typ", "dpop+jwt");
            header.put("alg", "ES256");
            header.put("jwk", jwk);
            String text = Base64Url.encode(JsonText.of(header)) + "." + Base64Url.encode(JsonText.of(claims));
            byte[] der = options.signer.sign(text.getBytes(StandardCharsets.US_ASCII));
            byte[] signature = Es256.rawSignature(der);
            if (signature == null) throw new GeneralSecurityException("the signature is not one of ES256");
            return text + "." + Base64Url.encode(signature);
        } catch (GeneralSecurityException | RuntimeException cause) {
            throw new BatonException(ErrorCode.STORAGE, "the key of this app cannot be used", cause);
        }
    }
}
