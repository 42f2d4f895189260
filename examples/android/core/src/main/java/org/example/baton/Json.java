package org.example.baton;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON (RFC 8259) into maps, lists, strings, {@link BigDecimal}, {@link Boolean} and {@code null}.
 * Android's own {@code org.json} takes much that is no JSON, and is not on the JVM. Refuses what a sender and
 * a reader could understand differently: a name that comes twice, a lone surrogate (RFC 7493, section 2).
 */
final class Json {
    private static final int DEEPEST = 32;
    private static final int LONGEST_NUMBER = 64;

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /**
     * The members of a JSON object; {@code null} for any other text. Says nothing more: the text is secret.
     */
    static Map<String, Object> parseObject(String text) {
        try {
            Json json = new Json(text);
            json.skipSpace();
            if (json.peek() != '{') return null;
            Map<String, Object> members = json.object(DEEPEST);
            json.skipSpace();
            return json.at == text.length() ? members : null;
        } catch (Malformed error) {
            return null;
        }
    }

    private Object value(int depth) throws Malformed {
        if (depth == 0) throw new Malformed();
        switch (peek()) {
            case '{':
                return object(depth);
            case '[':
                return array(depth);
            case '"':
                return string();
            case 't':
                return word("true", Boolean.TRUE);
            case 'f':
                return word("false", Boolean.FALSE);
            case 'n':
                return word("null", null);
            default:
                return number();
        }
    }

    private Map<String, Object> object(int depth) throws Malformed {
        Map<String, Object> members = new LinkedHashMap<>();
        expect('{');
        skipSpace();
        if (takes('}')) return members;
        do {
            skipSpace();
            String name = string();
            if (members.containsKey(name)) throw new Malformed();
            skipSpace();
            expect(':');
            skipSpace();
            members.put(name, value(depth - 1));
            skipSpace();
        } while (takes(','));
        expect('}');
        return members;
    }

    private List<Object> array(int depth) throws Malformed {
        List<Object> items = new ArrayList<>();
        expect('[');
        skipSpace();
        if (takes(']')) return items;
        do {
            skipSpace();
            items.add(value(depth - 1));
            skipSpace();
        } while (takes(','));
        expect(']');
        return items;
    }

    private String string() throws Malformed {
        expect('"');
        StringBuilder string = new StringBuilder();
        while (!takes('"')) {
            char next = next();
            if (next < 0x20) throw new Malformed();
            string.append(next == '\\' ? escaped() : next);
        }
        for (int index = 0; index < string.length(); index += Character.charCount(string.codePointAt(index)))
            if (Character.getType(string.codePointAt(index)) == Character.SURROGATE) throw new Malformed();
        return string.toString();
    }

    private char escaped() throws Malformed {
        char kind = next();
        int simple = "\"\\/bfnrt".indexOf(kind);
        if (simple >= 0) return "\"\\/\b\f\n\r\t".charAt(simple);
        if (kind != 'u') throw new Malformed();
        int unit = 0;
        for (int digit = 0; digit < 4; digit++) {
            int value = "0123456789abcdef".indexOf(Character.toLowerCase(next()));
            if (value < 0) throw new Malformed();
            unit = unit * 16 + value;
        }
        return (char) unit;
    }

    private BigDecimal number() throws Malformed {
        int start = at;
        takes('-');
        if (!takes('0')) digits();
        if (takes('.')) digits();
        if (takes('e') || takes('E')) {
            if (!takes('+')) takes('-');
            digits();
        }
        try {
            if (at - start <= LONGEST_NUMBER) return new BigDecimal(text.substring(start, at));
        } catch (NumberFormatException error) {
            // Its exponent is larger than any number that somebody means.
        }
        throw new Malformed();
    }

    private void digits() throws Malformed {
        int start = at;
        while (peek() >= '0' && peek() <= '9') at++;
        if (at == start) throw new Malformed();
    }

    private Object word(String word, Object value) throws Malformed {
        if (!text.startsWith(word, at)) throw new Malformed();
        at += word.length();
        return value;
    }

    private void skipSpace() {
        while (" \t\n\r".indexOf(peek()) >= 0) at++;
    }

    /** The next character; at the end one that no JSON has outside of strings. */
    private char peek() {
        return at < text.length() ? text.charAt(at) : '\0';
    }

    private char next() throws Malformed {
        if (at >= text.length()) throw new Malformed();
        return text.charAt(at++);
    }

    private boolean takes(char wanted) {
        if (at >= text.length() || text.charAt(at) != wanted) return false;
        at++;
        return true;
    }

    private void expect(char wanted) throws Malformed {
        if (!takes(wanted)) throw new Malformed();
    }

    private static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;
    }
}
