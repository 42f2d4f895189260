package org.example.baton;

/**
 * The only exception that this library throws. Neither its texts nor its causes hold a token, a code, a nonce
 * or a verifier.
 */
public final class BatonException extends Exception {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final String error;
    private final int status;

    BatonException(ErrorCode code, String description) {
        this(code, description, null, 0, null);
    }

    BatonException(ErrorCode code, String description, Throwable cause) {
        this(code, description, null, 0, cause);
    }

    BatonException(ErrorCode code, String description, String error, int status) {
        this(code, description, error, status, null);
    }

    private BatonException(ErrorCode code, String description, String error, int status, Throwable cause) {
        super(code + ": " + description, cause);
        this.code = code;
        this.error = error;
        this.status = status;
    }

    /** What went wrong. */
    public ErrorCode code() {
        return code;
    }

    /** The OAuth error code of the answer, or {@code null}. */
    public String error() {
        return error;
    }

    /** The HTTP status of the answer, or 0. */
    public int status() {
        return status;
    }

    static BatonException signedOut() {
        return new BatonException(ErrorCode.SIGNED_OUT, "nobody is signed in");
    }
}
