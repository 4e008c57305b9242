package dev.aludel.examples.springjdbc;

import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/// Seats on trips, kept with `JdbcTemplate`; each change is one transaction.
final class Seats {
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final TransactionTemplate readOnly;

    Seats(DataSource source) {
        this.jdbc = new JdbcTemplate(source);
        DataSourceTransactionManager manager = new DataSourceTransactionManager(source);
        this.transaction = new TransactionTemplate(manager);
        this.readOnly = new TransactionTemplate(manager);
        readOnly.setReadOnly(true);
        readOnly.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
    }

    void createTable() {
        jdbc.execute("CREATE TABLE seats (trip bigint PRIMARY KEY, free int NOT NULL CHECK (free >= 0))");
    }

    void offer(long trip, int free) {
        jdbc.update("INSERT INTO seats (trip, free) VALUES (?, ?)", trip, free);
    }

    /// Moves seats from one trip to another, both or neither.
    void move(long from, long to, int seats) {
        transaction.executeWithoutResult(status -> {
            jdbc.update("UPDATE seats SET free = free + ? WHERE trip = ?", seats, to);
            jdbc.update("UPDATE seats SET free = free - ? WHERE trip = ?", seats, from);
        });
    }

    /// Does some work in a transaction that may only read, and sees the state at one instant.
    int reading(Supplier<Integer> work) {
        return readOnly.execute(status -> work.get());
    }

    int free(long trip) {
        Integer free = jdbc.queryForObject("SELECT free FROM seats WHERE trip = ?", Integer.class, trip);
        return free == null ? 0 : free;
    }
}
