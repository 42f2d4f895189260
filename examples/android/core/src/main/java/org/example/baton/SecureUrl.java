package org.example.baton;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/** Where secrets may be sent. */
final class SecureUrl {
    private SecureUrl() {}

    /**
     * An absolute URI, or {@code null}. Swallows the error of {@link URI}, because it quotes the text, which
     * may hold a code.
     */
    static URI parse(String text) {
        try {
            URI uri = text == null ? null : new URI(text);
            return uri != null && uri.isAbsolute() ? uri : null;
        } catch (URISyntaxException error) {
            return null;
        }
    }

    /**
     * Whether secrets may be sent to a URL: over TLS, or to this device's loopback address (RFC 8252, section
     * 8.3).
     */
    static boolean isSecure(URI url) {
        if (url == null || url.getHost() == null || url.getRawUserInfo() != null) return false;
        String scheme = url.getScheme().toLowerCase(Locale.ROOT);
        return scheme.equals("https") || (scheme.equals("http") && isLoopback(url.getHost()));
    }

    /** Scheme, host and port of a URL with a host, the port only where it is not the scheme's own. */
    static String origin(URI url) {
        String scheme = url.getScheme().toLowerCase(Locale.ROOT);
        String host = url.getHost().toLowerCase(Locale.ROOT);
        boolean isOwn = url.getPort() == -1 || url.getPort() == (scheme.equals("https") ? 443 : 80);
        return scheme + "://" + host + (isOwn ? "" : ":" + url.getPort());
    }

    private static boolean isLoopback(String host) {
        return host.equalsIgnoreCase("localhost")
                || host.equals("[::1]")
                || host.matches("127(\\.\\d{1,3}){3}");
    }
}
