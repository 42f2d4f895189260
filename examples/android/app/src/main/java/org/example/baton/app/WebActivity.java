// Not compiled here: it needs the Android SDK.
package org.example.baton.app;

import android.app.Activity;
import android.content.Intent;
import android.os.Bundle;
import android.webkit.WebView;
import android.widget.Toast;
import org.example.baton.BatonClient;
import org.example.baton.HandOff;
import org.example.baton.WebViewOrigins;

/** A web view that knows the person: the session of the app, handed over. */
public final class WebActivity extends Activity {
    /** In the result, where there is no web view: the code of the error. */
    static final String ERROR = "error";

    private WebView view;

    @Override
    protected void onCreate(Bundle saved) {
        super.onCreate(saved);
        view = new WebView(this);
        // The web application needs it. No addJavascriptInterface: pages get nothing of the app.
        view.getSettings().setJavaScriptEnabled(true);
        view.getSettings().setAllowFileAccess(false);
        setContentView(view);
        // The link lives for seconds and works once: ask when the web view is there, not before.
        ((App) getApplication()).with(WebActivity::opening, this::open, this::fail);
    }

    private static Opening opening(BatonClient client) throws Exception {
        WebViewOrigins origins = new WebViewOrigins(BuildConfig.BATON_URL, BuildConfig.TARGET_URL);
        return new Opening(client.handOff("demo-web", "/"), origins);
    }

    private void open(Opening opening) {
        if (isDestroyed()) return;
        view.setWebViewClient(new TargetClient(opening.origins(), this::openElsewhere));
        // Web views share their data, and a session may have ended without a sign-out in the app.
        WebData.remove(this, () -> {
            HandOff handOff = opening.handOff();
            if (!isDestroyed()) view.loadUrl(handOff.url(), handOff.headers());
        });
    }

    private void openElsewhere(String url) {
        if (!CustomTab.open(this, url)) Toast.makeText(this, R.string.no_browser, Toast.LENGTH_LONG).show();
    }

    private void fail(Exception error) {
        setResult(RESULT_FIRST_USER, new Intent().putExtra(ERROR, App.codeOf(error)));
        finish();
    }

    @Override
    protected void onDestroy() {
        view.destroy();
        super.onDestroy();
    }

    private record Opening(HandOff handOff, WebViewOrigins origins) {}
}
