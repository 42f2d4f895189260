package org.example.baton;

import java.net.URI;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The origins whose pages a web view of the app shows: Baton's, and that of the application that it hands
 * over to. All other pages belong in the system's browser: a person who types a password into a web view
 * shows it to the app (RFC 8252, section 8.12).
 */
public final class WebViewOrigins {
    // Paths and queries of pages may have characters that java.net.URI does not take.
    private static final Pattern UP_TO_PATH = Pattern.compile("[A-Za-z]+://[^/\\\\?#]+");

    private final Set<String> origins = new HashSet<>();

    /** @throws BatonException {@code invalid_argument} for a URL that is not https (http for loopback) */
    public WebViewOrigins(String... urls) throws BatonException {
        for (String url : urls) {
            String origin = originOf(url);
            if (origin == null) {
                String description = "a web view shows https URLs only (http: for loopback)";
                throw new BatonException(ErrorCode.INVALID_ARGUMENT, description);
            }
            origins.add(origin);
        }
    }

    /** Whether a web view may show the page with this URL. */
    public boolean has(String url) {
        return origins.contains(originOf(url));
    }

    private static String originOf(String url) {
        Matcher start = UP_TO_PATH.matcher(url);
        URI address = start.lookingAt() ? SecureUrl.parse(start.group()) : null;
        return SecureUrl.isSecure(address) ? SecureUrl.origin(address) : null;
    }
}
