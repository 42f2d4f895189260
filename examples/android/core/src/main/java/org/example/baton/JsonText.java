package org.example.baton;

import java.util.Map;

/** Writes the JSON objects of this library: of strings, numbers, truth values, and objects of these. */
final class JsonText {
    private JsonText() {}

    static String of(Map<String, ?> members) {
        StringBuilder json = new StringBuilder("{");
        for (Map.Entry<String, ?> member : members.entrySet()) {
            if (json.length() > 1) json.append(',');
            json.append(quoted(member.getKey())).append(':');
            Object value = member.getValue();
            if (value instanceof Map<?, ?> object) json.append(of(object));
            else if (value instanceof Number || value instanceof Boolean) json.append(value);
            else json.append(quoted(String.valueOf(value)));
        }
        return json.append('}').toString();
    }

    private static String of(Object object) {
        @SuppressWarnings("unchecked")
        Map<String, ?> members = (Map<String, ?>) object;
        return of(members);
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char unit : text.toCharArray()) {
            if (unit == '"' || unit == '\\') quoted.append('\\').append(unit);
            else if (unit < 0x20) quoted.append(String.format("\\u%04x", (int) unit));
            else quoted.append(unit);
        }
        return quoted.append('"').toString();
    }
}
