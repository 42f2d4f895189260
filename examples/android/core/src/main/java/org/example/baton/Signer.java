package org.example.baton;

import java.security.GeneralSecurityException;
import java.security.interfaces.ECPublicKey;

/** A key of this device that signs and never leaves it, on the curve P-256. */
public interface Signer {
    ECPublicKey publicKey() throws GeneralSecurityException;

    /** Signs with ECDSA and SHA-256, in the DER form of the Java platform (RFC 3279, section 2.2.3). */
    byte[] sign(byte[] data) throws GeneralSecurityException;
}
