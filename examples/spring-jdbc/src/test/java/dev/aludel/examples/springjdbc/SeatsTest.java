package dev.aludel.examples.springjdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.aludel.pool.Explanation;
import dev.aludel.pool.Pool;
import dev.aludel.servers.Postgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
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
    private final Pool pool = Pool.of(settings -> settings.url(server.jdbcUrl(server.createDatabase("seats")))
            .name("seats")
            .size(1)
            .timeout(Duration.ofSeconds(2)));
    private final Seats seats = new Seats(pool);

    @BeforeEach
    void two_trips() throws SQLException {
        pool.checkOut("warm-up", Duration.ofSeconds(30)).close(); // a server may take its time for the first
        seats.createTable();
        seats.offer(1, 10);
        seats.offer(2, 0);
    }

    @AfterEach
    void nothing_is_left_out() {
        assertThat(pool.snapshot().checkedOut()).isZero();
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
        assertThat(seats.free(1)).isEqualTo(10);
        assertThat(seats.free(2)).isZero();
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
