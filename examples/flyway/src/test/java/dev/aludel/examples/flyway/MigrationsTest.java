package dev.aludel.examples.flyway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.aludel.pool.Explanation;
import dev.aludel.pool.Pool;
import dev.aludel.pool.PoolListener;
import dev.aludel.servers.Postgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class MigrationsTest {
    private static final String SOUND = "db/migration";

    private final Postgres server = Postgres.shared();
    private final Count count = new Count();
    private final Pool pool = pool(4);

    @AfterEach
    void no_connection_is_lent() {
        assertThat(pool.snapshot().checkedOut()).isZero();
        pool.close();
    }

    @Test
    void migrates_once_and_finds_nothing_to_do_the_second_time() throws SQLException {
        Migrations migrations = new Migrations(pool, SOUND);

        assertThat(migrations.migrate()).isEqualTo(2);
        assertThat(migrations.migrate()).isZero();

        assertThat(value("SELECT count(*) FROM service.trips")).isEqualTo("0");
        assertThat(pool.snapshot().idle()).isEqualTo(count.opened.get());
    }

    @Test
    void needs_several_connections_at_a_time_and_none_of_the_drivers_own_objects() {
        Migrations migrations = new Migrations(pool, SOUND);

        for (int i = 0; i < 5; i++) {
            migrations.migrate();
        }

        assertThat(count.most).as("lent at a time").isEqualTo(2);
        assertThat(count.opened).as("opened in all").hasValue(2);
    }

    @Test
    void a_migration_that_fails_half_way_leaves_nothing_behind() throws SQLException {
        Throwable failure = catchThrowable(new Migrations(pool, SOUND, "db/broken")::migrate);

        assertThat(failure).isInstanceOf(FlywayException.class);
        assertThat(pool.snapshot().idle()).isEqualTo(count.opened.get());
        assertThat(value("SELECT count(*) FROM service.trips")).isEqualTo("0");
    }

    @Test
    void what_it_sets_and_locks_does_not_reach_the_next_borrower() throws SQLException {
        new Migrations(pool, SOUND).migrate();

        try (Connection first = pool.getConnection();
                Connection second = pool.getConnection()) {
            for (Connection next : List.of(first, second)) {
                assertThat(value(next, "SHOW search_path")).isEqualTo("\"$user\", public");
                assertThat(next.getAutoCommit()).isTrue();
                assertThat(next.isReadOnly()).isFalse();
                assertThat(next.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
            }
        }
        assertThat(count.opened).as("no others").hasValue(2);
        assertThat(value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"))
                .isEqualTo("0");
    }

    @Test
    void copy_from_stdin_asks_for_the_drivers_own_connection_which_costs_it() throws SQLException {
        new Migrations(pool, SOUND).migrate();
        int before = count.opened.get();

        new Migrations(pool, SOUND, "db/copy").migrate();

        assertThat(value("SELECT string_agg(code, ' ' ORDER BY code) FROM service.trips"))
                .isEqualTo("BGO-2 OSL-7");
        assertThat(count.closed).as("connections not lent again").hasValue(1);
        new Migrations(pool, SOUND, "db/copy").migrate();
        assertThat(count.opened.get() - before).as("opened in their place").isEqualTo(1);
    }

    @Test
    void on_a_pool_of_one_it_waits_for_itself_and_the_explanation_says_so() {
        try (Pool tight = pool(1)) {
            Throwable failure = catchThrowable(new Migrations(tight, SOUND)::migrate);

            assertThat(Explanation.find(failure))
                    .hasValueSatisfying(explanation -> assertThat(explanation.holders())
                            .singleElement()
                            .satisfies(holder -> assertThat(holder.site()).startsWith("JdbcUtils.openConnection(")));
            assertThat(tight.snapshot().checkedOut()).isZero();
        }
    }

    /// A migration may take as long as it takes: no statement timeout.
    private Pool pool(int size) {
        return Pool.of(settings -> settings.url(server.jdbcUrl(server.createDatabase("migrations")))
                .name("migrations")
                .size(size)
                .timeout(Duration.ofSeconds(2))
                .statementTimeout(Duration.ZERO)
                .listener(count));
    }

    private String value(String sql) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            return value(connection, sql);
        }
    }

    private static String value(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }

    /// Counts what the pool does.
    private static final class Count implements PoolListener {
        final AtomicInteger opened = new AtomicInteger();
        final AtomicInteger closed = new AtomicInteger();
        private int lent;
        int most;

        @Override
        public void connected(String connection) {
            opened.incrementAndGet();
        }

        @Override
        public void closed(String connection) {
            closed.incrementAndGet();
        }

        @Override
        public void checkedOut(String connection, @Nullable String label) {
            most = Math.max(most, ++lent);
        }

        @Override
        public void checkedIn(String connection, @Nullable String label) {
            lent--;
        }
    }
}
