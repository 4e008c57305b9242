package dev.aludel.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a borrower wants his connections to be like, remembered by a handle that has none, or has one
/// after another.
final class Wishes {
    private final Map<Attribute, Wish> attributes = new EnumMap<>(Attribute.class);

    /// By name; all at once have the name `""`.
    private final Map<String, Change> clientInfo = new LinkedHashMap<>();

    /// A setter of JDBC with its argument.
    @FunctionalInterface
    interface Change {
        void on(Connection connection) throws SQLException;
    }

    private record Wish(@Nullable Object value, Change change) {}

    void put(Attribute attribute, @Nullable Object value, Change change) {
        attributes.put(attribute, new Wish(value, change));
    }

    boolean has(Attribute attribute) {
        return attributes.containsKey(attribute);
    }

    @Nullable
    Object get(Attribute attribute) {
        Wish wish = attributes.get(attribute);
        return wish == null ? null : wish.value;
    }

    void putClientInfo(String name, Change change) {
        clientInfo.remove(name); // to be the last
        clientInfo.put(name, change);
    }

    void putAllClientInfo(Change change) {
        clientInfo.clear();
        clientInfo.put("", change);
    }

    /// Makes a connection so.
    void grant(Connection connection, boolean autoCommit) throws SQLException {
        for (Wish wish : attributes.values()) {
            wish.change.on(connection);
        }
        for (Change change : clientInfo.values()) {
            change.on(connection);
        }
        if (!autoCommit) {
            connection.setAutoCommit(false);
        }
    }
}
