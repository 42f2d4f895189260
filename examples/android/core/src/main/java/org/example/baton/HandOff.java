package org.example.baton;

import java.net.URI;
import java.util.Map;

/**
 * A one-time link that signs a web view in, and the headers for its first load. Open it within {@code
 * expiresIn} seconds by {@code webView.loadUrl(url, headers)}, and send the headers with no other request.
 */
public record HandOff(String url, Map<String, String> headers, long expiresIn) {

    static HandOff of(Map<String, Object> json, String verifier, String baton) throws BatonException {
        String url = Answer.text(json, "handoff_uri", "(?s).+");
        URI address = SecureUrl.parse(url);
        // The verifier is meant for Baton only: never attach it to a link that leads elsewhere.
        boolean isBatons = SecureUrl.isSecure(address)
                && SecureUrl.origin(address).equals(baton)
                && address.getRawFragment() == null;
        if (!isBatons)
            throw new BatonException(
                    ErrorCode.UNSUPPORTED_RESPONSE, "handoff_uri is malformed or leads elsewhere");
        Map<String, String> headers = Map.of("Baton-Handoff-Verifier", verifier);
        return new HandOff(url, headers, Answer.seconds(json, "expires_in"));
    }

    /**
     * The link with the verifier in its fragment, for the system's browser, which takes no headers. The
     * person confirms there with one tap, because anybody can make a link.
     */
    public String urlForBrowser() {
        return url + "#verifier=" + headers.get("Baton-Handoff-Verifier");
    }

    /** Names no secret: this may end in a log. */
    @Override
    public String toString() {
        return "HandOff[expiresIn=" + expiresIn + "]";
    }
}
