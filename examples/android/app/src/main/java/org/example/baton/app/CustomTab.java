// Not compiled here: it needs the Android SDK.
package org.example.baton.app;

import android.app.Activity;
import android.content.ActivityNotFoundException;
import android.content.Intent;
import android.net.Uri;
import android.os.Bundle;

/** The system's browser above the app (RFC 8252, appendix B.2). */
final class CustomTab {
    private CustomTab() {}

    /**
     * Opens a URL as a Custom Tab where the browser has them, else in the browser itself. The extra is all
     * that androidx.browser would add: a browser that knows Custom Tabs looks for it, also where it is null.
     *
     * @return whether the device has a browser
     */
    static boolean open(Activity activity, String url) {
        Bundle session = new Bundle();
        session.putBinder("android.support.customtabs.extra.SESSION", null);
        try {
            activity.startActivity(new Intent(Intent.ACTION_VIEW, Uri.parse(url)).putExtras(session));
            return true;
        } catch (ActivityNotFoundException error) {
            return false;
        }
    }
}
