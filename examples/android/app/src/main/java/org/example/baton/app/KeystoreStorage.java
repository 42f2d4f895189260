// Not compiled here: it needs the Android SDK.
package org.example.baton.app;

import android.content.Context;
import android.content.SharedPreferences;
import android.security.keystore.KeyGenParameterSpec;
import android.security.keystore.KeyProperties;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyStore;
import java.security.UnrecoverableKeyException;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.example.baton.Storage;

/** Preferences that a key of the Android Keystore encrypts (AES-GCM). */
final class KeystoreStorage implements Storage {
    private static final String KEYSTORE = "AndroidKeyStore";
    private static final String KEY = "baton.storage";
    private static final int IV_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SharedPreferences preferences;

    KeystoreStorage(Context context) {
        preferences = context.getSharedPreferences("baton", Context.MODE_PRIVATE);
    }

    /** The value, or {@code null}: also where it is damaged, or its key is gone, as on another device. */
    @Override
    public String get(String name) throws GeneralSecurityException, IOException {
        String kept = preferences.getString(name, null);
        if (kept == null) return null;
        try {
            return open(name, Base64.getDecoder().decode(kept));
        } catch (AEADBadTagException
                | IllegalArgumentException
                | InvalidKeyException
                | UnrecoverableKeyException error) {
            return null;
        }
    }

    @Override
    public void set(String name, String value) throws GeneralSecurityException, IOException {
        byte[] sealed;
        try {
            sealed = seal(name, value);
        } catch (InvalidKeyException | UnrecoverableKeyException error) {
            // Nothing can be read by that key any more: a new one takes its place.
            removeKey();
            sealed = seal(name, value);
        }
        commit(preferences.edit().putString(name, Base64.getEncoder().encodeToString(sealed)));
    }

    @Override
    public void remove(String name) throws IOException {
        commit(preferences.edit().remove(name));
    }

    private static String open(String name, byte[] sealed) throws GeneralSecurityException, IOException {
        if (sealed.length < IV_BYTES + TAG_BITS / 8) throw new AEADBadTagException("too short");
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.DECRYPT_MODE, key(), new GCMParameterSpec(TAG_BITS, sealed, 0, IV_BYTES));
        cipher.updateAAD(name.getBytes(StandardCharsets.UTF_8));
        byte[] value = cipher.doFinal(sealed, IV_BYTES, sealed.length - IV_BYTES);
        return new String(value, StandardCharsets.UTF_8);
    }

    private static byte[] seal(String name, String value) throws GeneralSecurityException, IOException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, key());
        // A value is good under its own name only.
        cipher.updateAAD(name.getBytes(StandardCharsets.UTF_8));
        byte[] iv = cipher.getIV();
        byte[] encrypted = cipher.doFinal(value.getBytes(StandardCharsets.UTF_8));
        byte[] sealed = Arrays.copyOf(iv, IV_BYTES + encrypted.length);
        System.arraycopy(encrypted, 0, sealed, IV_BYTES, encrypted.length);
        return sealed;
    }

    private static void commit(SharedPreferences.Editor change) throws IOException {
        if (!change.commit()) throw new IOException("the preferences cannot be written");
    }

    private static synchronized void removeKey() throws GeneralSecurityException, IOException {
        loadedStore().deleteEntry(KEY);
    }

    private static KeyStore loadedStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KEYSTORE);
        store.load(null);
        return store;
    }

    private static synchronized SecretKey key() throws GeneralSecurityException, IOException {
        SecretKey known = (SecretKey) loadedStore().getKey(KEY, null);
        if (known != null) return known;
        KeyGenerator generator = KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_AES, KEYSTORE);
        int purposes = KeyProperties.PURPOSE_ENCRYPT | KeyProperties.PURPOSE_DECRYPT;
        generator.init(new KeyGenParameterSpec.Builder(KEY, purposes)
                .setBlockModes(KeyProperties.BLOCK_MODE_GCM)
                .setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_NONE)
                .setKeySize(256)
                .build());
        return generator.generateKey();
    }
}
