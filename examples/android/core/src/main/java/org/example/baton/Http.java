package org.example.baton;

import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.ProtocolException;
import java.net.URI;

/** Sends requests to the URL that they name, and to no other. */
final class Http {
    private static final int LARGEST = 256 * 1024;

    private final int timeoutMs;

    Http(int timeoutMs) {
        this.timeoutMs = timeoutMs;
    }

    /**
     * Sends a request of the library's own and reads the whole answer.
     *
     * @throws BatonException {@code network}; {@code unsupported_response} for a redirect, or for more than
     *     256 KiB.
     */
    Answer send(Request request) throws BatonException {
        try (Response response = open(request)) {
            int status = response.status();
            if (status >= 300 && status < 400) throw unsupported("the answer is a redirect", status);
            byte[] body = response.bytes(LARGEST);
            if (body == null) throw unsupported("the answer is too large", status);
            return new Answer(status, response.headers(), body);
        } catch (IOException cause) {
            throw noAnswer(request, cause);
        }
    }

    /**
     * Sends a request, and leaves the body of the answer to be read. Follows no redirect.
     *
     * @throws BatonException {@code network}; {@code invalid_argument} for a method or a header that cannot
     *     be sent, and for a body with GET or HEAD.
     */
    Response open(Request request) throws BatonException {
        // HttpURLConnection would send a GET with a body as POST.
        if (request.body() != null && request.method.matches("GET|HEAD"))
            throw new BatonException(ErrorCode.INVALID_ARGUMENT, "GET and HEAD have no body");
        try {
            URI url = URI.create(request.url);
            HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
            connection.setInstanceFollowRedirects(false);
            connection.setUseCaches(false);
            connection.setConnectTimeout(timeoutMs);
            connection.setReadTimeout(timeoutMs);
            connection.setRequestMethod(request.method);
            request.headers.forEach(connection::setRequestProperty);
            if (request.body() != null) write(request.body(), connection);
            return new Response(connection);
        } catch (ProtocolException | IllegalArgumentException error) {
            // Their messages quote headers.
            throw new BatonException(ErrorCode.INVALID_ARGUMENT, "the request has a bad method or header");
        } catch (IOException cause) {
            throw noAnswer(request, cause);
        }
    }

    private static void write(byte[] body, HttpURLConnection connection) throws IOException {
        connection.setDoOutput(true);
        // A buffered body would be sent again when the connection breaks: a code or a proof works once. So
        // the JVM (not Android) drops the body of a 401, and the headers have to say what it means.
        connection.setFixedLengthStreamingMode(body.length);
        try (OutputStream stream = connection.getOutputStream()) {
            stream.write(body);
        }
    }

    private static BatonException noAnswer(Request request, IOException cause) {
        String host = URI.create(request.url).getHost();
        return new BatonException(ErrorCode.NETWORK, "no answer from " + host, cause);
    }

    private static BatonException unsupported(String description, int status) {
        return new BatonException(ErrorCode.UNSUPPORTED_RESPONSE, description, null, status);
    }
}
