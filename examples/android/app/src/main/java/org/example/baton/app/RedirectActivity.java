// Not compiled here: it needs the Android SDK.
package org.example.baton.app;

import android.app.Activity;
import android.content.Intent;
import android.net.Uri;
import android.os.Bundle;

/** Takes the redirect URI and gives it to the main activity, which closes the Custom Tab above itself. */
public final class RedirectActivity extends Activity {
    @Override
    protected void onCreate(Bundle saved) {
        super.onCreate(saved);
        Uri callback = getIntent().getData();
        startActivity(new Intent(this, MainActivity.class)
                .setData(callback)
                .addFlags(Intent.FLAG_ACTIVITY_CLEAR_TOP | Intent.FLAG_ACTIVITY_SINGLE_TOP));
        finish();
    }
}
