package dev.aludel.examples.mybatis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.aludel.pool.Explanation;
import dev.aludel.pool.Pool;
import dev.aludel.pool.PoolListener;
import dev.aludel.servers.Postgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ibatis.exceptions.PersistenceException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class VehiclesTest {
    private final Postgres server = Postgres.shared();
    private final AtomicInteger opened = new AtomicInteger();
    private final Pool pool = Pool.of(settings -> settings.url(server.jdbcUrl(server.createDatabase("vehicles")))
            .name("vehicles")
            .size(1)
            .timeout(Duration.ofSeconds(2))
            .listener(new PoolListener() {
                @Override
                public void connected(String connection) {
                    opened.incrementAndGet();
                }
            }));
    private final Vehicles vehicles = new Vehicles(pool);

    @BeforeEach
    void a_table() {
        vehicles.createTable();
    }

    /// MyBatis asked for none of the driver's own objects, so the first connection served for all.
    @AfterEach
    void one_connection_was_opened_and_is_idle() {
        assertThat(pool.snapshot().checkedOut()).isZero();
        assertThat(pool.snapshot().idle()).isEqualTo(1);
        assertThat(opened).hasValue(1);
        pool.close();
    }

    @Test
    void a_session_commits() {
        vehicles.buy(40, "BE 1", "BE 2");
        vehicles.buy(20, "BE 3");

        assertThat(vehicles.withSeats(30)).containsExactly("BE 1", "BE 2");
    }

    @Test
    void a_session_that_fails_half_way_leaves_nothing_behind() {
        Throwable failure = catchThrowable(() -> vehicles.buy(40, "BE 1", "BE 1"));

        assertThat(failure).isInstanceOf(PersistenceException.class);
        assertThat(pool.snapshot().idle()).isEqualTo(1);
        assertThat(vehicles.withSeats(0)).isEmpty();
    }

    @Test
    void read_only_and_isolation_do_not_reach_the_next_borrower() throws SQLException {
        vehicles.buy(40, "BE 1");
        List<String> all = vehicles.reading(mapper -> mapper.withSeats(0));
        assertThat(all).containsExactly("BE 1");
        Throwable failure = catchThrowable(() -> vehicles.reading(mapper -> {
            mapper.insert("BE 2", 40);
            return 1;
        }));
        assertThat(failure).hasMessageContaining("read-only transaction");

        try (Connection next = pool.getConnection()) {
            assertThat(next.isReadOnly()).isFalse();
            assertThat(next.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
            assertThat(next.getAutoCommit()).isTrue();
        }
        vehicles.buy(40, "BE 2");
    }

    @Test
    void the_explanation_of_a_timeout_is_found_in_mybatiss_exception() throws SQLException {
        try (Connection held = pool.getConnection()) {
            Throwable failure = catchThrowable(() -> vehicles.withSeats(0));

            assertThat(failure).isInstanceOf(PersistenceException.class);
            assertThat(Explanation.find(failure))
                    .hasValueSatisfying(explanation -> assertThat(explanation.holders())
                            .singleElement()
                            .satisfies(holder -> assertThat(holder.site()).contains("VehiclesTest.")));
            assertThat(held.isClosed()).isFalse();
        }
    }
}
