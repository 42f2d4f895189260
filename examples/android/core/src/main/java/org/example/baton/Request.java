package org.example.baton;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * A request: to a backend behind Baton, where the URL is a path below {@code /api/backends/}, or to a server.
 */
public final class Request {
    final String method;
    final String url;
    final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private byte[] body;

    private Request(String method, String url) {
        this.method = method;
        this.url = url;
    }

    public static Request get(String url) {
        return new Request("GET", url);
    }

    public static Request of(String method, String url) {
        return new Request(method, url);
    }

    public Request header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    /** Sets the body, not for GET or HEAD. The bytes must stay as they are until the answer is there. */
    public Request body(String contentType, byte[] bytes) {
        body = bytes;
        return header("Content-Type", contentType);
    }

    byte[] body() {
        return body;
    }

    static Request post(String url, Form form) {
        byte[] encoded = form.encoded().getBytes(StandardCharsets.US_ASCII);
        return new Request("POST", url)
                .header("Accept", "application/json")
                .body("application/x-www-form-urlencoded", encoded);
    }

    /** The same request at another URL. */
    Request at(String otherUrl) {
        Request request = new Request(method, otherUrl);
        request.headers.putAll(headers);
        request.body = body;
        return request;
    }

    /** The same request with more headers, which replace those of the same names. */
    Request with(Map<String, String> more) {
        Request request = new Request(method, url);
        request.headers.putAll(headers);
        request.headers.putAll(more);
        request.body = body;
        return request;
    }
}
