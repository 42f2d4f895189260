package org.example.baton;

import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes requests at Baton with the headers that carry a token: as bearer (RFC 6750, section 2.1), or with a
 * proof of the app's key (RFC 9449, section 7.1). Where Baton wants a newer nonce in the proof, it sends the
 * request once more.
 */
final class Baton {
    private final Http http;
    private final Prover prover;

    Baton(Http http, Prover prover) {
        this.http = http;
        this.prover = prover;
    }

    /** Whether tokens are bound to a key. */
    boolean proves() {
        return prover != null;
    }

    /**
     * Sends a request of the library's own.
     *
     * @param token the token that it comes with, or {@code null}
     * @throws BatonException {@code network}, {@code storage}, {@code unsupported_response}; {@code refused}
     *     where Baton takes no proof of this key
     */
    Answer send(Request request, String token) throws BatonException {
        Answer answer = attempt(request, token);
        if ("use_dpop_nonce".equals(proofRefusal(answer, token))) answer = attempt(request, token);
        throwWhereRefused(answer.status(), proofRefusal(answer, token));
        return answer;
    }

    /** Opens a request to a backend behind Baton, whose answer is still to be read. */
    Response open(Request request, String token) throws BatonException, IOException {
        Response response = attemptOpen(request, token);
        if ("use_dpop_nonce".equals(proofRefusal(response))) {
            response.close();
            response = attemptOpen(request, token);
        }
        String refusal = proofRefusal(response);
        if (refusal != null) response.close();
        throwWhereRefused(response.status(), refusal);
        return response;
    }

    /**
     * The headers that carry a token, or with a signer prove that the app has its key.
     *
     * @throws BatonException {@code invalid_argument} for a URL that no secret may be sent to
     */
    Map<String, String> headersFor(String method, String url, String token, String nonce)
            throws BatonException {
        URI address = SecureUrl.parse(url);
        if (!SecureUrl.isSecure(address)) {
            String description = "the url must be an https URL (http: for loopback only)";
            throw new BatonException(ErrorCode.INVALID_ARGUMENT, description);
        }
        Map<String, String> headers = new LinkedHashMap<>();
        if (token != null) headers.put("Authorization", (prover == null ? "Bearer " : "DPoP ") + token);
        if (prover != null) headers.put("DPoP", prover.proof(method, address, token, nonce));
        return headers;
    }

    /**
     * Whether Baton itself says that the session has ended. A server behind Baton cannot say so: Baton passes
     * on no challenge of the token service, and adds a {@code sandbox} policy to every answer of a backend.
     */
    static boolean saysSignedOut(int status, String challenge, String policy) {
        boolean isBatons = status == 401 && !isBackends(policy);
        return isBatons && "invalid_token".equals(Answer.challengedError(challenge));
    }

    private Answer attempt(Request request, String token) throws BatonException {
        Answer answer = http.send(request.with(headersFor(request.method, request.url, token, null)));
        if (prover != null) prover.heard(answer.header("DPoP-Nonce"));
        return answer;
    }

    private Response attemptOpen(Request request, String token) throws BatonException {
        Response response = http.open(request.with(headersFor(request.method, request.url, token, null)));
        if (prover != null) prover.heard(response.header("DPoP-Nonce"));
        return response;
    }

    // By the challenge, or at the token endpoint by the body (RFC 9449, sections 8 and 9), where a proof
    // comes without a token. The answer of a token service is passed on as it is.
    private String proofRefusal(Answer answer, String token) {
        if (answer.status() == 400 && token == null) return ofProofs(answer.error());
        if (answer.status() != 401) return null;
        return ofProofs(Answer.challengedError(answer.header("WWW-Authenticate")));
    }

    // A backend may want proofs as well, which this app has not.
    private String proofRefusal(Response response) {
        if (response.status() != 401 || isBackends(response.header("Content-Security-Policy"))) return null;
        return ofProofs(Answer.challengedError(response.header("WWW-Authenticate")));
    }

    private String ofProofs(String error) {
        boolean isOne = "use_dpop_nonce".equals(error) || "invalid_dpop_proof".equals(error);
        return prover != null && isOne ? error : null;
    }

    private static boolean isBackends(String policy) {
        return policy.matches("(?i).*\\bsandbox\\b.*");
    }

    private static void throwWhereRefused(int status, String error) throws BatonException {
        if (error == null) return;
        String description = "Baton takes no proof of this key: is the clock right?";
        throw new BatonException(ErrorCode.REFUSED, description, error, status);
    }
}
