package dev.aludel.examples.anotherpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.zaxxer.hikari.HikariDataSource;
import dev.aludel.pool.Confidence;
import dev.aludel.pool.Diagnosis;
import dev.aludel.pool.ExplainedDataSource;
import dev.aludel.pool.Explanation;
import dev.aludel.pool.PoolTimeoutException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.transaction.CannotCreateTransactionException;

/// HikariCP under Spring, with one line more.
@DisplayNameGeneration(ReplaceUnderscores.class)
class BookingsTest {
    private final ExplainedDataSource pool =
            Bookings.pool("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", 1, Duration.ofSeconds(1));
    private final Bookings bookings = new Bookings(pool);

    @BeforeEach
    void a_table() {
        bookings.createTable();
    }

    @AfterEach
    void nothing_is_lent_and_the_pool_closes_with_its_wrapper() throws SQLException {
        HikariDataSource hikari = pool.unwrap(HikariDataSource.class);
        assertThat(pool.snapshot().checkedOut()).isZero();
        assertThat(hikari.getHikariPoolMXBean().getActiveConnections()).isZero();
        pool.close();
        assertThat(hikari.isClosed()).isTrue();
    }

    private static Explanation explanation(Throwable failure) {
        return Explanation.find(failure).orElseThrow(() -> new AssertionError("no explanation", failure));
    }

    @Test
    void work_is_done_as_on_the_pool_itself() {
        bookings.book(1, () -> {});
        Throwable failure = catchThrowable(() -> bookings.book(2, () -> {
            throw new IllegalStateException("after the insert");
        }));

        assertThat(failure).isExactlyInstanceOf(IllegalStateException.class);
        assertThat(bookings.count()).isEqualTo(1);
    }

    @Test
    void the_timeout_of_a_template_names_who_holds_the_connection_outside_sql() throws SQLException {
        try (Connection held = pool.getConnection()) {
            Throwable failure = CompletableFuture.supplyAsync(() -> catchThrowable(bookings::count))
                    .join();

            assertThat(failure).isInstanceOf(CannotGetJdbcConnectionException.class);
            assertThat(failure).hasCauseInstanceOf(PoolTimeoutException.class);
            assertThat(failure)
                    .rootCause()
                    .isExactlyInstanceOf(SQLTransientConnectionException.class)
                    .hasMessageContaining("HikariPool");
            assertThat(explanation(failure).diagnoses())
                    .singleElement()
                    .isInstanceOfSatisfying(Diagnosis.HeldOutsideSql.class, outside -> {
                        assertThat(outside.confidence()).isEqualTo(Confidence.LIKELY);
                        assertThat(outside.shares().getFirst().site()).startsWith("BookingsTest.the_timeout_of");
                    });
            assertThat(held.isClosed()).isFalse();
        }
    }

    @Test
    void the_timeout_of_a_transaction_says_that_its_own_holder_waits_for_a_second_one() {
        Throwable failure = catchThrowable(() -> bookings.book(1, () -> bookings.bookApart(2)));

        assertThat(failure).isInstanceOf(CannotCreateTransactionException.class);
        assertThat(explanation(failure).diagnoses())
                .singleElement()
                .isInstanceOfSatisfying(Diagnosis.CircularWait.class, circle -> {
                    assertThat(circle.holders()).isEqualTo(1);
                    assertThat(circle.nested()).isEqualTo(1);
                });
        assertThat(explanation(failure).holders()).singleElement().satisfies(holder -> {
            assertThat(holder.inTransaction()).isTrue();
            assertThat(holder.wrote()).isTrue();
            assertThat(holder.lastSql()).startsWith("INSERT INTO bookings");
            assertThat(holder.site()).startsWith("Bookings.book(");
        });
        assertThat(bookings.count()).isZero();
    }
}
