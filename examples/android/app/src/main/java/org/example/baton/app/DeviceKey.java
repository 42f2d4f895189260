// Not compiled here: it needs the Android SDK.
package org.example.baton.app;

import android.os.Build;
import android.security.keystore.KeyGenParameterSpec;
import android.security.keystore.KeyProperties;
import android.security.keystore.StrongBoxUnavailableException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.spec.ECGenParameterSpec;
import org.example.baton.KeyPairSigner;
import org.example.baton.Signer;

/** The key of this device, which the Android Keystore made and never gives away. */
final class DeviceKey {
    private static final String KEYSTORE = "AndroidKeyStore";

    private DeviceKey() {}

    /** A signer with the key under this name, or with a new one where there is none that can be used. */
    static Signer signer(String name) throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KEYSTORE);
        try {
            store.load(null);
        } catch (IOException error) {
            throw new GeneralSecurityException(error);
        }
        KeyPair known = known(store, name);
        return new KeyPairSigner(known == null ? create(name) : known);
    }

    private static KeyPair known(KeyStore store, String name) throws GeneralSecurityException {
        try {
            PrivateKey key = (PrivateKey) store.getKey(name, null);
            return key == null ? null : new KeyPair(store.getCertificate(name).getPublicKey(), key);
        } catch (UnrecoverableKeyException error) {
            // A web nonce that is bound to it ends as signed_out at its next use.
            return null;
        }
    }

    private static KeyPair create(String name) throws GeneralSecurityException {
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.P) return generate(specification(name).build());
        try {
            return generate(specification(name).setIsStrongBoxBacked(true).build());
        } catch (StrongBoxUnavailableException error) {
            // Most devices have no chip for keys alone: theirs are in the processor's trusted environment.
            return generate(specification(name).build());
        }
    }

    private static KeyGenParameterSpec.Builder specification(String name) {
        // The app signs while the person does something else: no authentication for each use of the key.
        return new KeyGenParameterSpec.Builder(name, KeyProperties.PURPOSE_SIGN)
                .setAlgorithmParameterSpec(new ECGenParameterSpec("secp256r1"))
                .setDigests(KeyProperties.DIGEST_SHA256);
    }

    private static KeyPair generate(KeyGenParameterSpec specification) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(KeyProperties.KEY_ALGORITHM_EC, KEYSTORE);
        generator.initialize(specification);
        return generator.generateKeyPair();
    }
}
