package org.example.baton;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One record of strings in the app's storage. Every method throws {@code storage} where the storage fails.
 */
final class StoredRecord {
    private final Storage storage;
    private final String key;
    private final List<String> fields;
    private final Map<String, String> fixed;

    /**
     * @param fixed members with a constant value: a record with another one belongs to another Baton or
     *     another client, and must not be used here
     */
    StoredRecord(Storage storage, String key, List<String> fields, Map<String, String> fixed) {
        this.storage = storage;
        this.key = key;
        this.fields = fields;
        this.fixed = fixed;
    }

    /** The record, or {@code null}. Removes one that is damaged or belongs to another client. */
    Map<String, Object> read() throws BatonException {
        String text;
        try {
            text = storage.get(key);
        } catch (Exception cause) {
            throw failed(cause);
        }
        if (text == null) return null;
        Map<String, Object> record = Json.parseObject(text);
        if (record != null && isOurs(record)) return record;
        remove();
        return null;
    }

    void write(Map<String, String> record) throws BatonException {
        Map<String, String> whole = new LinkedHashMap<>(record);
        whole.putAll(fixed);
        try {
            storage.set(key, JsonText.of(whole));
        } catch (Exception cause) {
            throw failed(cause);
        }
    }

    void remove() throws BatonException {
        try {
            storage.remove(key);
        } catch (Exception cause) {
            throw failed(cause);
        }
    }

    private boolean isOurs(Map<String, Object> record) {
        for (Map.Entry<String, String> member : fixed.entrySet())
            if (!member.getValue().equals(record.get(member.getKey()))) return false;
        // Only characters that a header or a URL can hold.
        for (String field : fields)
            if (!(record.get(field) instanceof String text && text.matches("[\\x21-\\x7e]+"))) return false;
        return true;
    }

    private static BatonException failed(Exception cause) {
        return new BatonException(ErrorCode.STORAGE, "the storage of this app failed", cause);
    }
}
