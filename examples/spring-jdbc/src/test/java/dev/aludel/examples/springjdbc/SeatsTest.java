package dev.aludel.examples.springjdbc;

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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SeatsTest {
    private final Postgres server = Postgres.shared();
    private final AtomicInteger opened = new AtomicInteger();
    private final Pool pool = Pool.of(settings -> settings.url(server.jdbcUrl(server.createDatabase("seats")))
            .name("seats")
            .size(1)
            .timeout(Duration.ofSeconds(2))
            .listener(new PoolListener() {
                @Override
                public void connected(String connection) {
                    opened.incrementAndGet();
                }
            }));
    private final Seats seats = new Seats(pool);

    @BeforeEach
    void two_trips() throws SQLException {
        pool.checkOut("warm-up", Duration.ofSeconds(30)).close(); // a server may take its time for the first
        seats.createTable();
        seats.offer(1, 10);
        seats.offer(2, 0);
    }

    /// Spring asked for none of the driver's own objects, so the first connection served for all.
    @AfterEach
    void one_connection_was_opened_and_is_idle() {
        assertThat(pool.snapshot().checkedOut()).isZero();
        assertThat(pool.snapshot().idle()).isEqualTo(1);
        assertThat(opened).hasValue(1);
        pool.close();
    }

    @Test
    void a_transaction_commits_on_the_one_connection_of_the_pool() {
        seats.move(1, 2, 3);

        assertThat(seats.free(1)).isEqualTo(7);
        assertThat(seats.free(2)).isEqualTo(3);
        assertThat(pool.snapshot().idle()).isEqualTo(1);
    }

    @Test
    void a_transaction_that_fails_half_way_leaves_nothing_behind() {
        Throwable failure = catchThrowable(() -> seats.move(1, 2, 11));

        assertThat(failure).isInstanceOf(DataIntegrityViolationException.class);
        assertThat(pool.snapshot().idle()).isEqualTo(1);
        assertThat(seats.free(1)).isEqualTo(10);
        assertThat(seats.free(2)).isZero();
    }

    @Test
    void read_only_and_isolation_do_not_reach_the_next_borrower() throws SQLException {
        assertThat(seats.reading(() -> seats.free(1) + seats.free(2))).isEqualTo(10);
        Throwable failure = catchThrowable(() -> seats.reading(() -> {
            seats.offer(3, 10);
            return 1;
        }));
        assertThat(failure).hasMessageContaining("read-only transaction");

        try (Connection next = pool.getConnection()) {
            assertThat(next.isReadOnly()).isFalse();
            assertThat(next.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
            assertThat(next.getAutoCommit()).isTrue();
        }
        seats.offer(3, 10);
        assertThat(seats.free(3)).isEqualTo(10);
    }

    @Test
    void the_explanation_of_a_timeout_is_found_in_springs_exception() throws SQLException {
        try (Connection held = pool.getConnection()) {
            Throwable failure = catchThrowable(() -> seats.free(1));

            assertThat(failure).isInstanceOf(CannotGetJdbcConnectionException.class);
            assertThat(Explanation.find(failure))
                    .hasValueSatisfying(explanation -> assertThat(explanation.holders())
                            .singleElement()
                            .satisfies(holder -> assertThat(holder.site()).contains("SeatsTest.")));
            assertThat(held.isClosed()).isFalse();
        }
    }
}
