package org.example.baton;

import java.util.List;
import java.util.Map;

/**
 * Keeps the one sign-in that waits for its callback. It is in the app's storage, because the system may end
 * the app while the browser is in front.
 */
final class PendingSignIns {
    private final StoredRecord record;

    PendingSignIns(ClientOptions options) {
        List<String> fields = List.of("state", "nonce", "codeVerifier", "redirectUri");
        Map<String, String> fixed = Map.of(
                "baton", options.baton,
                "issuer", options.issuer,
                "clientId", options.providerClientId);
        record = new StoredRecord(options.storage, "baton.sign-in", fields, fixed);
    }

    /** Stores a sign-in and replaces an older one. */
    synchronized void begin(PendingSignIn pending) throws BatonException {
        record.write(Map.of(
                "state", pending.state(),
                "nonce", pending.nonce(),
                "codeVerifier", pending.codeVerifier(),
                "redirectUri", pending.redirectUri()));
    }

    /**
     * The sign-in with this state, once. A callback with another state leaves it in place, because anybody
     * can send one.
     *
     * @throws BatonException {@code state_mismatch}
     */
    synchronized PendingSignIn take(String state) throws BatonException {
        Map<String, Object> found = record.read();
        if (found == null || !found.get("state").equals(state))
            throw new BatonException(ErrorCode.STATE_MISMATCH, "this callback belongs to no waiting sign-in");
        record.remove();
        return new PendingSignIn(
                state,
                (String) found.get("nonce"),
                (String) found.get("codeVerifier"),
                (String) found.get("redirectUri"));
    }

    synchronized void forget() throws BatonException {
        record.remove();
    }

    record PendingSignIn(String state, String nonce, String codeVerifier, String redirectUri) {}
}
