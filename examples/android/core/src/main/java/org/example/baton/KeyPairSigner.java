package org.example.baton;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;

/**
 * Signs with a key pair of the Java platform. The private key may be a handle: the Android Keystore gives
 * keys that have no content, and signs itself.
 */
public final class KeyPairSigner implements Signer {
    private final KeyPair pair;

    public KeyPairSigner(KeyPair pair) {
        this.pair = pair;
    }

    @Override
    public ECPublicKey publicKey() {
        return (ECPublicKey) pair.getPublic();
    }

    @Override
    public byte[] sign(byte[] data) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(pair.getPrivate());
        signature.update(data);
        return signature.sign();
    }
}
