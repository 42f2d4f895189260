package org.example.baton;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A storage that lasts as long as the process. */
public final class MemoryStorage implements Storage {
    private final Map<String, String> values = new ConcurrentHashMap<>();

    @Override
    public String get(String key) {
        return values.get(key);
    }

    @Override
    public void set(String key, String value) {
        values.put(key, value);
    }

    @Override
    public void remove(String key) {
        values.remove(key);
    }
}
