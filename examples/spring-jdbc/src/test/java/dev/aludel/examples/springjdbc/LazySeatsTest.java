package dev.aludel.examples.springjdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.aludel.pool.Checkout;
import dev.aludel.pool.Pool;
import dev.aludel.servers.Postgres;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/// The same code on a pool with `lazy(true)`: Spring opens a connection when a transaction begins, the
/// pool does not.
@DisplayNameGeneration(ReplaceUnderscores.class)
class LazySeatsTest {
    private final Postgres server = Postgres.shared();
    private final Pool pool = Pool.of(settings -> settings.url(server.jdbcUrl(server.createDatabase("lazy_seats")))
            .name("seats")
            .size(1)
            .timeout(Duration.ofSeconds(30))
            .lazy(true));
    private final Seats seats = new Seats(pool);
    private final TransactionTemplate transaction = new TransactionTemplate(new DataSourceTransactionManager(pool));

    @BeforeEach
    void two_trips() {
        seats.createTable();
        seats.offer(1, 100);
        seats.offer(2, 0);
    }

    @AfterEach
    void the_connection_is_idle() {
        assertThat(pool.snapshot().checkedOut()).isZero();
        assertThat(pool.snapshot().idle()).isEqualTo(1);
        pool.close();
    }

    @Test
    void a_transaction_without_sql_needs_no_connection() throws SQLException {
        try (Checkout other = pool.checkOut("other");
                Statement statement = other.connection().createStatement()) { // has the only one
            String answer = transaction.execute(status -> "done without the database");

            assertThat(answer).isNotNull();
            assertThat(pool.snapshot().checkedOut()).isEqualTo(1);
            assertThat(statement.isClosed()).isFalse();
        }
    }

    @Test
    void slow_work_before_the_first_statement_and_after_the_commit_holds_none() {
        AtomicInteger heldAfter = new AtomicInteger(-1);
        transaction.executeWithoutResult(status -> {
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void afterCommit() { // Spring has not closed its connection yet
                    heldAfter.set(pool.snapshot().checkedOut());
                }
            });
            assertThat(pool.snapshot().checkedOut()).isZero();
            seats.offer(3, 1);
            assertThat(pool.snapshot().checkedOut()).isEqualTo(1);
        });

        assertThat(heldAfter).hasValue(0);
        assertThat(seats.free(3)).isEqualTo(1);
    }

    @Test
    void a_transaction_is_whole_or_not_at_all() {
        seats.move(1, 2, 3);
        assertThat(seats.free(1)).isEqualTo(97);

        assertThat(catchThrowable(() -> seats.move(1, 2, 98))).isInstanceOf(DataIntegrityViolationException.class);

        assertThat(seats.free(1)).isEqualTo(97);
        assertThat(seats.free(2)).isEqualTo(3);
    }

    @Test
    void read_only_and_isolation_arrive_with_the_connection() {
        assertThat(seats.reading(() -> seats.free(1))).isEqualTo(100);
        Throwable failure = catchThrowable(() -> seats.reading(() -> {
            seats.offer(4, 10);
            return 1;
        }));

        assertThat(failure).hasMessageContaining("read-only transaction");
        seats.offer(4, 10);
    }

    @Test
    void a_hundred_threads_get_along_with_one_connection() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> moves = IntStream.range(0, 100)
                    .mapToObj(i -> threads.submit(() -> {
                        seats.move(1, 2, 1);
                        return seats.free(2);
                    }))
                    .toList();
            for (Future<Integer> move : moves) {
                assertThat(move.get()).isPositive();
            }
        }

        assertThat(seats.free(1)).isZero();
        assertThat(seats.free(2)).isEqualTo(100);
    }
}
