package org.example.baton;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.TreeMap;

/** An answer whose body is still to be read. Close it in any case. */
public final class Response implements Closeable {
    private final int status;
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final InputStream body;

    Response(HttpURLConnection connection) throws IOException {
        status = connection.getResponseCode();
        if (status < 100) throw new IOException("this is not HTTP");
        connection.getHeaderFields().forEach((name, values) -> {
            // The status line has no name.
            if (name != null) headers.put(name, String.join(", ", values));
        });
        InputStream stream = status < 400 ? connection.getInputStream() : connection.getErrorStream();
        body = stream == null ? new ByteArrayInputStream(new byte[0]) : stream;
    }

    public int status() {
        return status;
    }

    /** A header, or an empty string. */
    public String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /** The body as it comes, whatever the status. */
    public InputStream body() {
        return body;
    }

    /** The whole body, or {@code null} where it is longer. */
    public byte[] bytes(int atMost) throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        byte[] part = new byte[8192];
        for (int count = body.read(part); count >= 0; count = body.read(part)) {
            whole.write(part, 0, count);
            if (whole.size() > atMost) return null;
        }
        return whole.toByteArray();
    }

    @Override
    public void close() throws IOException {
        body.close();
    }

    Map<String, String> headers() {
        return headers;
    }
}
