package dev.aludel.examples.jooq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aludel.pool.Explanation;
import dev.aludel.pool.Pool;
import dev.aludel.pool.PoolListener;
import dev.aludel.servers.Postgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jooq.exception.DataAccessException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class FaresTest {
    private final Postgres server = Postgres.shared();
    private final AtomicInteger opened = new AtomicInteger();
    private final Pool pool = Pool.of(settings -> settings.url(server.jdbcUrl(server.createDatabase("fares")))
            .name("fares")
            .size(1)
            .timeout(Duration.ofSeconds(2))
            .listener(new PoolListener() {
                @Override
                public void connected(String connection) {
                    opened.incrementAndGet();
                }
            }));
    private final Fares fares = new Fares(pool);

    @BeforeEach
    void a_table() {
        fares.createTable();
    }

    /// jOOQ asked for none of the driver's own objects, so the first connection served for all.
    @AfterEach
    void one_connection_was_opened_and_is_idle() {
        assertThat(pool.snapshot().checkedOut()).isZero();
        assertThat(pool.snapshot().idle()).isEqualTo(1);
        assertThat(opened).hasValue(1);
        pool.close();
    }

    @Test
    void a_transaction_commits() {
        fares.set(1900, "Basel-Bern", "Bern-Thun");

        assertThat(fares.stoppingAt("Bern")).containsExactly("Basel-Bern", "Bern-Thun");
        assertThat(fares.stoppingAt("Thun")).containsExactly("Bern-Thun");
    }

    @Test
    void a_transaction_that_fails_half_way_leaves_nothing_behind() {
        DataAccessException failure =
                catchThrowableOfType(DataAccessException.class, () -> fares.set(1900, "Basel-Bern", "Basel-Bern"));

        assertThat(failure.sqlState()).as("unique violation").isEqualTo("23505");
        assertThat(pool.snapshot().idle()).isEqualTo(1);
        assertThat(fares.stoppingAt("Bern")).isEmpty();
    }

    @Test
    void read_only_and_isolation_do_not_reach_the_next_borrower() throws SQLException {
        fares.set(1900, "Basel-Bern", "Bern-Thun");
        assertThat(fares.reading(Fares::total)).isEqualTo(3800);
        DataAccessException failure = catchThrowableOfType(
                DataAccessException.class,
                () -> fares.reading(sql -> {
                    Fares.insert(sql, "Thun-Spiez", 800);
                    return 1;
                }));
        assertThat(failure.sqlState()).as("read-only transaction").isEqualTo("25006");

        try (Connection next = pool.getConnection()) {
            assertThat(next.isReadOnly()).isFalse();
            assertThat(next.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
            assertThat(next.getAutoCommit()).isTrue();
        }
        fares.set(800, "Thun-Spiez");
    }

    @Test
    void a_lazy_cursor_holds_a_connection_until_it_is_closed() {
        fares.set(1900, "Basel-Bern", "Bern-Thun");

        try (var trips = fares.trips()) {
            assertThat(trips.fetchNext()).isNotNull();
            assertThat(pool.snapshot().checkedOut()).isEqualTo(1);
        }

        assertThat(pool.snapshot().checkedOut()).isZero();
    }

    @Test
    void the_explanation_of_a_timeout_is_found_in_jooqs_exception() throws SQLException {
        try (Connection held = pool.getConnection()) {
            DataAccessException failure =
                    catchThrowableOfType(DataAccessException.class, () -> fares.stoppingAt("Bern"));

            assertThat(Explanation.find(failure))
                    .hasValueSatisfying(explanation -> assertThat(explanation.holders())
                            .singleElement()
                            .satisfies(holder -> assertThat(holder.site()).contains("FaresTest.")));
            assertThat(held.isClosed()).isFalse();
        }
    }
}
