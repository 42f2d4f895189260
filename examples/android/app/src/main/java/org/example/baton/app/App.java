// Not compiled here: it needs the Android SDK.
package org.example.baton.app;

import android.app.Application;
import android.os.Handler;
import android.os.Looper;
import java.security.GeneralSecurityException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.example.baton.BatonClient;
import org.example.baton.BatonException;
import org.example.baton.ClientOptions;

/** Has the one client of the process, and the threads that wait for it. */
public final class App extends Application {
    private static final String REDIRECT_URI = "org.example.baton:/callback";
    private static final String SCOPE = "openid profile email api";

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Handler main = new Handler(Looper.getMainLooper());
    private BatonClient client;

    /** The client, made at the first call: the Keystore may take a while. Not for the main thread. */
    private synchronized BatonClient client() throws BatonException, GeneralSecurityException {
        if (client == null) {
            ClientOptions options = new ClientOptions(BuildConfig.BATON_URL, "demo-phone");
            options.identityProvider(BuildConfig.ISSUER, "demo-phone", REDIRECT_URI, SCOPE)
                    .storage(new KeystoreStorage(this))
                    .signer(DeviceKey.signer("baton"));
            client = new BatonClient(options);
        }
        return client;
    }

    /** Does something with the client on another thread, then shows on the main thread what came of it. */
    <T> void with(Work<T> work, Shown<T> shown, Shown<Exception> failed) {
        threads.execute(() -> {
            try {
                T result = work.with(client());
                main.post(() -> shown.show(result));
            } catch (Exception error) {
                main.post(() -> failed.show(error));
            }
        });
    }

    /** The code of an error of the client, or the name of another exception. */
    static String codeOf(Exception error) {
        return error instanceof BatonException known
                ? known.code().toString()
                : error.getClass().getSimpleName();
    }

    interface Work<T> {
        T with(BatonClient client) throws Exception;
    }

    interface Shown<T> {
        void show(T result);
    }
}
