package org.example.baton;

/** Where the app keeps strings by key. Other apps and backups should not be able to read it. */
public interface Storage {
    /** The value of a key, or {@code null}. */
    String get(String key) throws Exception;

    void set(String key, String value) throws Exception;

    void remove(String key) throws Exception;
}
