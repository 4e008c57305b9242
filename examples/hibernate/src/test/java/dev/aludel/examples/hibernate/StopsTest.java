package dev.aludel.examples.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.aludel.pool.Checkout;
import dev.aludel.pool.Explanation;
import dev.aludel.pool.Pool;
import dev.aludel.pool.PoolListener;
import dev.aludel.servers.Postgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.hibernate.HibernateException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class StopsTest {
    private final Postgres server = Postgres.shared();
    private final AtomicInteger opened = new AtomicInteger();
    private final Pool pool = Pool.of(settings -> settings.url(server.jdbcUrl(server.createDatabase("stops")))
            .name("stops")
            .size(1)
            .timeout(Duration.ofSeconds(2))
            .listener(new PoolListener() {
                @Override
                public void connected(String connection) {
                    opened.incrementAndGet();
                }
            }));
    private final Stops stops = new Stops(opened(pool));

    /// A server may take its time for the first connection.
    private static Pool opened(Pool pool) {
        try (Checkout first = pool.checkOut("warm-up", Duration.ofSeconds(30))) {
            assertThat(first.label()).isEqualTo("warm-up");
            return pool;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /// Hibernate asked for none of the driver's own objects, so the first connection served for all.
    @AfterEach
    void one_connection_was_opened_and_is_idle_after_hibernates_shutdown() {
        stops.close();
        assertThat(pool.snapshot().checkedOut()).isZero();
        assertThat(pool.snapshot().idle()).isEqualTo(1);
        assertThat(opened).hasValue(1);
        pool.close();
    }

    @Test
    void a_transaction_commits_on_the_one_connection_of_the_pool() {
        stops.add("Basel", "Bern");

        assertThat(stops.cities()).containsExactly("Basel", "Bern");
        assertThat(pool.snapshot().idle()).isEqualTo(1);
    }

    @Test
    void a_transaction_that_fails_after_its_flush_leaves_nothing_behind() {
        Throwable failure = catchThrowable(() -> stops.addAndFail("Basel"));

        assertThat(failure).isInstanceOf(IllegalStateException.class);
        assertThat(stops.cities()).isEmpty();
    }

    @Test
    void the_explanation_of_a_timeout_is_found_in_hibernates_exception() throws SQLException {
        try (Connection held = pool.getConnection()) {
            Throwable failure = catchThrowable(stops::cities);

            assertThat(failure).isInstanceOf(HibernateException.class);
            assertThat(Explanation.find(failure))
                    .hasValueSatisfying(explanation -> assertThat(explanation.holders())
                            .singleElement()
                            .satisfies(holder -> assertThat(holder.site()).contains("StopsTest.")));
            assertThat(held.isClosed()).isFalse();
        }
    }
}
