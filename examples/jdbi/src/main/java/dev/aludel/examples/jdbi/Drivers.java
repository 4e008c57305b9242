package dev.aludel.examples.jdbi;

import java.util.List;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;

/// Who drives, kept with Jdbi.
final class Drivers {
    private final Jdbi jdbi;

    Drivers(DataSource source) {
        this(Jdbi.create(source));
    }

    Drivers(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    void createTable() {
        jdbi.useHandle(handle -> handle.execute("CREATE TABLE drivers (name text PRIMARY KEY)"));
    }

    /// Hires some people, all or none.
    void hire(String... names) {
        jdbi.useTransaction(handle -> {
            for (String name : names) {
                insert(handle, name);
            }
        });
    }

    static void insert(Handle handle, String name) {
        handle.createUpdate("INSERT INTO drivers (name) VALUES (:name)")
                .bind("name", name)
                .execute();
    }

    List<String> names() {
        return jdbi.withHandle(Drivers::select);
    }

    static List<String> select(Handle handle) {
        return handle.createQuery("SELECT name FROM drivers ORDER BY name")
                .mapTo(String.class)
                .list();
    }

    /// Does some work in a transaction that may only read, and sees the state at one instant.
    <T> T reading(Function<Handle, T> work) {
        return jdbi.withHandle(handle ->
                handle.setReadOnly(true).inTransaction(TransactionIsolationLevel.REPEATABLE_READ, work::apply));
    }
}
