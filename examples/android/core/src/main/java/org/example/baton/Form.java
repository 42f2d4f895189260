package org.example.baton;

import java.io.UnsupportedEncodingException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Parameters as {@code application/x-www-form-urlencoded}. Those without a value are left out. */
final class Form {
    private final Map<String, String> parameters = new LinkedHashMap<>();

    Form set(String name, String value) {
        if (value != null) parameters.put(name, value);
        return this;
    }

    /** The parameters as the body of a request or the query of a URL. */
    String encoded() {
        List<String> pairs = new ArrayList<>();
        parameters.forEach((name, value) -> pairs.add(encoded(name) + "=" + encoded(value)));
        return String.join("&", pairs);
    }

    /**
     * The values of a parameter in a query, without error for what is no query.
     */
    static List<String> valuesIn(String rawQuery, String name) {
        List<String> values = new ArrayList<>();
        for (String pair : rawQuery == null ? new String[0] : rawQuery.split("&")) {
            int equals = pair.indexOf('=');
            if (equals >= 0 && decoded(pair.substring(0, equals)).equals(name))
                values.add(decoded(pair.substring(equals + 1)));
        }
        return values;
    }

    // The methods that take a charset are younger than Android 8.
    private static String encoded(String text) {
        try {
            return URLEncoder.encode(text, "UTF-8");
        } catch (UnsupportedEncodingException error) {
            throw new IllegalStateException(error);
        }
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, "UTF-8");
        } catch (UnsupportedEncodingException error) {
            throw new IllegalStateException(error);
        }
    }
}
