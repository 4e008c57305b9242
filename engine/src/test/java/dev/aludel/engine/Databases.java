package dev.aludel.engine;

import static dev.aludel.engine.Trip.TRIP;
import static dev.aludel.sql.Sql.createTable;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.servers.Postgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// Real databases for the tests: one in-memory H2 per call, one PostgreSQL database per class.
final class Databases {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final long PATIENCE = Duration.ofSeconds(10).toNanos();

    private Databases() {}

    /// Returns an engine on a fresh H2 with an empty table of trips.
    static Engine h2(Consumer<Options> options) {
        Engine engine = Engine.create("h2:mem:engine-test-" + NUMBER.incrementAndGet(), options);
        engine.run(connection -> connection.execute(createTable(TRIP)));
        return engine;
    }

    /// A PostgreSQL database of one's own.
    record Server(String database) {
        static Server create(String prefix) {
            return new Server(Postgres.shared().createDatabase(prefix));
        }

        String url() {
            return Postgres.shared().url(database);
        }

        Engine engine(Consumer<Options> options) {
            return Engine.create(url(), options);
        }

        /// Returns how many connections the server has to this database now.
        long connections() throws SQLException {
            return ask("SELECT count(*) FROM pg_stat_activity WHERE datname = ?");
        }

        /// Returns how many of them are in a transaction.
        long transactions() throws SQLException {
            return ask("SELECT count(*) FROM pg_stat_activity WHERE datname = ? AND state LIKE 'idle in transaction%'");
        }

        /// Asserts that the server's last connection to this database ends: it does so just after
        /// the client's end.
        void assertNoConnectionLeft() throws SQLException {
            long start = System.nanoTime();
            long open = connections();
            while (open > 0 && System.nanoTime() - start < PATIENCE) open = connections();
            assertThat(open).as("connections in pg_stat_activity").isZero();
        }

        private long ask(String sql) throws SQLException {
            try (Connection admin = Postgres.shared().dataSource("postgres").getConnection();
                    PreparedStatement statement = admin.prepareStatement(sql)) {
                statement.setString(1, database);
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    return row.getLong(1);
                }
            }
        }
    }
}
