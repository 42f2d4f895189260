package org.example.baton;

import java.util.Locale;

/** What went wrong, for programs to branch on: the codes of {@code @baton/client}. */
public enum ErrorCode {
    /** A call or an option that cannot work. The description says what to change. */
    INVALID_ARGUMENT,
    /** Nobody is signed in: the person never was, has signed out, or Baton has ended the session. */
    SIGNED_OUT,
    /** No answer. Trying again may help; the person stays signed in. */
    NETWORK,
    /** The app's storage or signer failed. The cause is what it threw. */
    STORAGE,
    /** A callback that belongs to no waiting sign-in. Ignore it. */
    STATE_MISMATCH,
    /** The identity provider refused. {@code error} is its reason, such as {@code access_denied}. */
    SIGN_IN_FAILED,
    /** The identity provider's ID token is not for this sign-in. */
    ID_TOKEN_INVALID,
    /** Baton refused. {@code error} is its reason. */
    REFUSED,
    /** An answer that does not follow the protocol, such as the page of a gateway. */
    UNSUPPORTED_RESPONSE,
    /** Signed out on this device, but the request to Baton failed. */
    NOT_REVOKED;

    /** The code as {@code @baton/client} and Baton's documents spell it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
