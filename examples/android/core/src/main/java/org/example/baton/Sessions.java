package org.example.baton;

import java.util.List;
import java.util.Map;

/** Keeps the web nonce of the app's only session in the app's storage. Threads take turns. */
final class Sessions {
    private final StoredRecord record;
    private int signOuts;

    Sessions(ClientOptions options) {
        Map<String, String> fixed = Map.of("baton", options.baton, "clientId", options.clientId);
        record = new StoredRecord(options.storage, "baton.session", List.of("webNonce"), fixed);
    }

    /** The current web nonce, or {@code null}. */
    synchronized String read() throws BatonException {
        Map<String, Object> session = record.read();
        return session == null ? null : (String) session.get("webNonce");
    }

    /** The current web nonce. Throws {@code signed_out} where there is none. */
    String required() throws BatonException {
        String webNonce = read();
        if (webNonce == null) throw BatonException.signedOut();
        return webNonce;
    }

    /** Runs {@code use} with the web nonce. Forgets it when {@code use} finds that the session has ended. */
    <T> T use(Use<T> use) throws BatonException {
        String webNonce = required();
        try {
            return use.with(webNonce);
        } catch (BatonException error) {
            if (error.code() == ErrorCode.SIGNED_OUT) forget(webNonce);
            throw error;
        }
    }

    /** For {@code keep}: a sign-in that began before a sign-out must not undo it. */
    synchronized int signOuts() {
        return signOuts;
    }

    /**
     * Keeps a new web nonce and returns the one that it replaces. Throws {@code signed_out} after a sign-out.
     */
    synchronized String keep(String webNonce, int since) throws BatonException {
        if (signOuts != since) throw BatonException.signedOut();
        String before = null;
        try {
            before = read();
        } catch (BatonException error) {
            // A record that cannot be read must not keep the person from signing in again.
        }
        record.write(Map.of("webNonce", webNonce));
        return before;
    }

    /** Forgets the session, also one that cannot be read. Returns its web nonce, also one that stays. */
    synchronized Ended end() {
        signOuts++;
        String webNonce = null;
        BatonException failure = null;
        try {
            webNonce = read();
        } catch (BatonException error) {
            failure = error;
        }
        try {
            record.remove();
        } catch (BatonException error) {
            if (failure == null) failure = error;
        }
        return new Ended(webNonce, failure);
    }

    // Another sign-in may have replaced it meanwhile. And the person is signed out even if the storage fails.
    private synchronized void forget(String webNonce) {
        try {
            if (webNonce.equals(read())) record.remove();
        } catch (BatonException error) {
            // The next call finds out again.
        }
    }

    /** What is {@code null} was not there, or did not happen. */
    record Ended(String webNonce, BatonException failure) {}

    interface Use<T> {
        T with(String webNonce) throws BatonException;
    }
}
