// Not compiled here: it needs the Android SDK.
package org.example.baton.app;

import android.content.Context;
import android.webkit.CookieManager;
import android.webkit.WebStorage;
import android.webkit.WebView;

/** What the web views of this app keep, which they all share. */
final class WebData {
    private WebData() {}

    /**
     * Removes cookies, storages and the cache. Calls back when the cookies are gone, which carry the session.
     * For the main thread.
     */
    static void remove(Context context, Runnable removed) {
        WebStorage.getInstance().deleteAllData();
        // Any web view clears the cache of all.
        WebView view = new WebView(context);
        view.clearCache(true);
        view.destroy();
        CookieManager.getInstance().removeAllCookies(any -> removed.run());
    }
}
