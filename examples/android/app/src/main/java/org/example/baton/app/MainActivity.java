// Not compiled here: it needs the Android SDK.
package org.example.baton.app;

import android.app.Activity;
import android.content.Intent;
import android.os.Bundle;
import android.widget.TextView;
import java.nio.charset.StandardCharsets;
import org.example.baton.BatonClient;
import org.example.baton.BatonException;
import org.example.baton.ErrorCode;
import org.example.baton.Request;
import org.example.baton.Response;

/** Four buttons, and what came of the last one. */
public final class MainActivity extends Activity {
    private static final String GREETING = "/api/backends/demo/api/authenticated/greeting";

    @Override
    protected void onCreate(Bundle saved) {
        super.onCreate(saved);
        setContentView(R.layout.main);
        onClick(R.id.sign_in, this::signIn);
        onClick(R.id.greeting, () -> with(MainActivity::greeting, this::say));
        onClick(R.id.open, () -> startActivity(new Intent(this, WebActivity.class)));
        onClick(R.id.sign_out, this::signOut);
        finishSignIn(getIntent());
    }

    @Override
    protected void onNewIntent(Intent intent) {
        super.onNewIntent(intent);
        finishSignIn(intent);
    }

    private void signIn() {
        with(BatonClient::beginSignIn, url -> CustomTab.open(this, url));
    }

    private void finishSignIn(Intent intent) {
        if (intent.getData() == null) return;
        String callbackUrl = intent.getDataString();
        // A turned device creates this activity again, with the same intent.
        intent.setData(null);
        with(client -> client.finishSignIn(callbackUrl), claims -> say("Signed in as " + claims.get("name")));
    }

    private void signOut() {
        with(client -> {
            client.signOut();
            return "Signed out";
        }, this::say);
    }

    private static String greeting(BatonClient client) throws Exception {
        try (Response response = client.fetch(Request.get(GREETING))) {
            byte[] body = response.bytes(64 * 1024);
            return response.status() + " " + (body == null ? "" : new String(body, StandardCharsets.UTF_8));
        }
    }

    private <T> void with(App.Work<T> work, App.Shown<T> shown) {
        ((App) getApplication()).with(work, shown, this::sayError);
    }

    private void sayError(Exception error) {
        ErrorCode code = error instanceof BatonException known ? known.code() : null;
        if (code == ErrorCode.STATE_MISMATCH) return;
        if (code == ErrorCode.SIGNED_OUT) signIn();
        else say(code == null ? error.getClass().getSimpleName() : code.toString());
    }

    private void say(String text) {
        this.<TextView>findViewById(R.id.said).setText(text);
    }

    private void onClick(int id, Runnable work) {
        findViewById(id).setOnClickListener(view -> work.run());
    }
}
