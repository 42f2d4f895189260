// Not compiled here: it needs the Android SDK.
package org.example.baton.app;

import android.app.Activity;
import android.os.Bundle;
import android.webkit.CookieManager;
import android.webkit.WebView;
import android.webkit.WebViewClient;
import org.example.baton.HandOff;

/** A web view that knows the person: the session of the app, handed over. */
public final class WebActivity extends Activity {
    private WebView view;

    @Override
    protected void onCreate(Bundle saved) {
        super.onCreate(saved);
        view = new WebView(this);
        // The web application needs it. No addJavascriptInterface: pages get nothing of the app.
        view.getSettings().setJavaScriptEnabled(true);
        view.getSettings().setAllowFileAccess(false);
        view.setWebViewClient(new WebViewClient());
        setContentView(view);
        // The link lives for seconds and works once: ask when the web view is there, not before.
        App app = (App) getApplication();
        app.with(client -> client.handOff("demo-web", "/"), this::open, error -> finish());
    }

    private void open(HandOff handOff) {
        if (isDestroyed()) return;
        // What is here of somebody who was signed in before goes first.
        CookieManager.getInstance().removeAllCookies(
                removed -> view.loadUrl(handOff.url(), handOff.headers()));
    }

    @Override
    protected void onDestroy() {
        view.destroy();
        super.onDestroy();
    }
}
