// Not compiled here: it needs the Android SDK.
package org.example.baton.app;

import android.webkit.WebResourceRequest;
import android.webkit.WebView;
import android.webkit.WebViewClient;
import java.util.function.Consumer;
import org.example.baton.WebViewOrigins;

/** Keeps a web view on the pages of Baton and the target, and gives links to other pages away. */
final class TargetClient extends WebViewClient {
    private final WebViewOrigins origins;
    private final Consumer<String> elsewhere;

    /** @param elsewhere gets the http and https URLs of other pages; links of other schemes do nothing */
    TargetClient(WebViewOrigins origins, Consumer<String> elsewhere) {
        this.origins = origins;
        this.elsewhere = elsewhere;
    }

    // For links and redirects. A form that posts to another page is not asked about.
    @Override
    public boolean shouldOverrideUrlLoading(WebView view, WebResourceRequest request) {
        String url = request.getUrl().toString();
        if (!request.isForMainFrame() || origins.has(url)) return false;
        if (url.matches("(?is)https?://.*")) elsewhere.accept(url);
        return true;
    }
}
