package dev.aludel.examples.jdbi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.aludel.pool.Explanation;
import dev.aludel.pool.Pool;
import dev.aludel.pool.PoolListener;
import dev.aludel.servers.Postgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jdbi.v3.postgres.PostgresPlugin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class DriversTest {
    private final Postgres server = Postgres.shared();
    private final AtomicInteger opened = new AtomicInteger();
    private final Pool pool = Pool.of(settings -> settings.url(server.jdbcUrl(server.createDatabase("drivers")))
            .name("drivers")
            .size(1)
            .timeout(Duration.ofSeconds(2))
            .listener(new PoolListener() {
                @Override
                public void connected(String connection) {
                    opened.incrementAndGet();
                }
            }));
    private final Drivers drivers = new Drivers(pool);

    @BeforeEach
    void a_table() {
        drivers.createTable();
    }

    @AfterEach
    void nothing_is_left_out() {
        assertThat(pool.snapshot().checkedOut()).isZero();
        pool.close();
    }

    @Test
    void a_transaction_commits() {
        drivers.hire("Ada", "Bo");

        assertThat(drivers.names()).containsExactly("Ada", "Bo");
        assertThat(pool.snapshot().idle()).isEqualTo(1);
        assertThat(opened).as("connections for all that Jdbi did").hasValue(1);
    }

    @Test
    void a_transaction_that_fails_half_way_leaves_nothing_behind() {
        Throwable failure = catchThrowable(() -> drivers.hire("Ada", "Ada"));

        assertThat(failure).isInstanceOf(UnableToExecuteStatementException.class);
        assertThat(pool.snapshot().idle()).isEqualTo(1);
        assertThat(drivers.names()).isEmpty();
        assertThat(opened).hasValue(1);
    }

    @Test
    void read_only_and_isolation_do_not_reach_the_next_borrower() throws SQLException {
        drivers.hire("Ada");
        assertThat(drivers.reading(Drivers::select)).containsExactly("Ada");
        Throwable failure = catchThrowable(() -> drivers.reading(handle -> {
            Drivers.insert(handle, "Bo");
            return 1;
        }));
        assertThat(failure).hasMessageContaining("read-only transaction");

        try (Connection next = pool.getConnection()) {
            assertThat(next.isReadOnly()).isFalse();
            assertThat(next.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
            assertThat(next.getAutoCommit()).isTrue();
        }
        drivers.hire("Bo");
        assertThat(opened).hasValue(1);
    }

    @Test
    void jdbis_plugin_for_postgresql_asks_each_connection_for_the_drivers_own_which_costs_it() {
        Drivers costly = new Drivers(Jdbi.create(pool).installPlugin(new PostgresPlugin()));

        for (int i = 0; i < 5; i++) {
            costly.names();
        }

        assertThat(opened).as("one connection per handle, after the first").hasValue(5);
    }

    @Test
    void the_plugin_without_its_look_at_each_connection_costs_none() {
        Drivers cheap = new Drivers(Jdbi.create(pool).installPlugin(new PostgresPlugin() {
            @Override
            public Handle customizeHandle(Handle handle) {
                return handle; // types of one's own and large objects stay unknown to it
            }
        }));

        for (int i = 0; i < 5; i++) {
            cheap.names();
        }

        assertThat(opened).hasValue(1);
    }

    @Test
    void the_explanation_of_a_timeout_is_found_in_jdbis_exception() throws SQLException {
        try (Connection held = pool.getConnection()) {
            Throwable failure = catchThrowable(drivers::names);

            assertThat(failure).isInstanceOf(ConnectionException.class);
            assertThat(Explanation.find(failure))
                    .hasValueSatisfying(explanation -> assertThat(explanation.holders())
                            .singleElement()
                            .satisfies(holder -> assertThat(holder.site()).contains("DriversTest.")));
            assertThat(held.isClosed()).isFalse();
        }
    }
}
