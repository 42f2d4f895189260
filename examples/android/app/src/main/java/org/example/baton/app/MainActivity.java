// Not compiled here: it needs the Android SDK.
package org.example.baton.app;

import android.app.Activity;
import android.content.Intent;
import android.os.Bundle;
import android.widget.TextView;
import java.nio.charset.StandardCharsets;
import org.example.baton.BatonClient;
import org.example.baton.ErrorCode;
import org.example.baton.Request;
import org.example.baton.Response;

/** Four buttons, and what came of the last one. */
public final class MainActivity extends Activity {
    private static final int OPEN = 1;
    private static final String GREETING = "/api/backends/demo/api/authenticated/greeting";

    @Override
    protected void onCreate(Bundle saved) {
        super.onCreate(saved);
        setContentView(R.layout.main);
        onClick(R.id.sign_in, this::signIn);
        onClick(R.id.greeting, () -> with(MainActivity::greeting, this::say));
        onClick(R.id.open, () -> startActivityForResult(new Intent(this, WebActivity.class), OPEN));
        onClick(R.id.sign_out, this::signOut);
        finishSignIn(getIntent());
    }

    @Override
    protected void onNewIntent(Intent intent) {
        super.onNewIntent(intent);
        finishSignIn(intent);
    }

    @Override
    protected void onActivityResult(int request, int result, Intent data) {
        super.onActivityResult(request, result, data);
        if (request == OPEN && result == RESULT_FIRST_USER) sayError(data.getStringExtra(WebActivity.ERROR));
    }

    private void signIn() {
        with(BatonClient::beginSignIn, url -> {
            if (!CustomTab.open(this, url)) say(getString(R.string.no_browser));
        });
    }

    private void finishSignIn(Intent intent) {
        if (intent.getData() == null) return;
        String callbackUrl = intent.getDataString();
        // A turned device creates this activity again, with the same intent.
        intent.setData(null);
        with(client -> client.finishSignIn(callbackUrl), claims -> say("Signed in as " + claims.get("name")));
    }

    private void signOut() {
        // At once, whatever Baton answers: nothing of this person stays for the next.
        WebData.remove(this, () -> {});
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
        ((App) getApplication()).with(work, shown, error -> sayError(App.codeOf(error)));
    }

    private void sayError(String code) {
        if (code.equals(ErrorCode.STATE_MISMATCH.toString())) return;
        if (code.equals(ErrorCode.SIGNED_OUT.toString())) signIn();
        else say(code);
    }

    private void say(String text) {
        this.<TextView>findViewById(R.id.said).setText(text);
    }

    private void onClick(int id, Runnable work) {
        findViewById(id).setOnClickListener(view -> work.run());
    }
}
