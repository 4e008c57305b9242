package dev.aludel.examples.anotherpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.aludel.pool.Diagnosis;
import dev.aludel.pool.Explained;
import dev.aludel.pool.ExplainedDataSource;
import dev.aludel.pool.Explanation;
import dev.aludel.pool.PoolTimeoutException;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.transaction.TransactionAware;
import io.agroal.api.transaction.TransactionIntegration;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import javax.transaction.xa.XAResource;
import org.h2.Driver;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/// Agroal, which goes by the thread that asks: its cache and its transactions are the thread's.
@DisplayNameGeneration(ReplaceUnderscores.class)
class AgroalTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(250);

    private final String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
    private final ExecutorService first = Executors.newSingleThreadExecutor();
    private final ExecutorService second = Executors.newSingleThreadExecutor();

    @AfterEach
    void stop() {
        first.shutdownNow();
        second.shutdownNow();
    }

    private AgroalDataSource agroal(int size, Duration timeout, TransactionIntegration transactions)
            throws SQLException {
        return AgroalDataSource.from(new AgroalDataSourceConfigurationSupplier()
                .connectionPoolConfiguration(pool -> pool.maxSize(size)
                        .acquisitionTimeout(timeout)
                        .transactionIntegration(transactions)
                        .connectionFactoryConfiguration(factory ->
                                factory.connectionProviderClass(Driver.class).jdbcUrl(url))));
    }

    /// What the thread that asks is in.
    private static final class ThreadTransactions implements TransactionIntegration {
        private static final ThreadLocal<@Nullable TransactionAware> ENLISTED = new ThreadLocal<>();
        private static final ThreadLocal<@Nullable Boolean> OPEN = new ThreadLocal<>();

        void begin() {
            OPEN.set(true);
        }

        void commit() throws SQLException {
            TransactionAware connection = ENLISTED.get();
            ENLISTED.remove();
            if (connection != null) {
                connection.transactionBeforeCompletion(true);
                connection.transactionCommit();
                connection.transactionEnd();
            }
            OPEN.remove();
        }

        @Override
        public @Nullable TransactionAware getTransactionAware() {
            return ENLISTED.get();
        }

        @Override
        public void associate(TransactionAware connection, XAResource resource) throws SQLException {
            connection.transactionCheckCallback(() -> OPEN.get() != null);
            if (OPEN.get() != null && ENLISTED.get() == null) {
                ENLISTED.set(connection);
                connection.transactionStart();
            }
        }

        @Override
        public boolean disassociate(TransactionAware connection) {
            return OPEN.get() == null;
        }

        @Override
        public void addResourceRecoveryFactory(ResourceRecoveryFactory factory) {}

        @Override
        public void removeResourceRecoveryFactory(ResourceRecoveryFactory factory) {}
    }

    /// Which of the database's sessions serves a connection.
    private static int session(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("CALL SESSION_ID()")) {
            assertThat(rows.next()).isTrue();
            return rows.getInt(1);
        }
    }

    private static int borrow(DataSource source) throws SQLException {
        try (Connection connection = source.getConnection()) {
            return session(connection);
        }
    }

    @Test
    void the_connection_of_a_threads_transaction_is_the_same_whoever_of_it_asks() throws Exception {
        ThreadTransactions transactions = new ThreadTransactions();
        try (ExplainedDataSource pool = Explained.wrap(agroal(2, LONG, transactions))) {
            try (Connection connection = pool.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE bookings (id bigint)");
            }
            transactions.begin();
            int mine;
            try (Connection connection = pool.getConnection();
                    Statement statement = connection.createStatement()) {
                mine = session(connection);
                assertThat(connection.getAutoCommit()).isFalse();
                statement.execute("INSERT INTO bookings VALUES (1)");
                assertThat(borrow(pool)).as("while it is lent").isEqualTo(mine);
                int others = first.submit(() -> borrow(pool)).get();
                assertThat(others).as("on another thread").isNotEqualTo(mine);
            }
            assertThat(borrow(pool)).as("after it was given back").isEqualTo(mine);
            assertThat(first.submit(() -> count(pool)).get()).isZero();
            transactions.commit();

            assertThat(first.submit(() -> count(pool)).get()).isEqualTo(1);
            assertThat(pool.snapshot().checkedOut()).isZero();
        }
    }

    private static int count(DataSource source) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM bookings")) {
            assertThat(rows.next()).isTrue();
            return rows.getInt(1);
        }
    }

    @Test
    void each_thread_gets_the_connection_back_that_it_had() throws Exception {
        try (ExplainedDataSource pool = Explained.wrap(agroal(2, LONG, TransactionIntegration.none()))) {
            Connection one = first.submit(() -> pool.getConnection()).get();
            Connection two = second.submit(() -> pool.getConnection()).get();
            int sessionOfOne = session(one);
            int sessionOfTwo = session(two);
            give(second, two);
            give(first, one);

            assertThat(second.submit(() -> borrow(pool)).get()).isEqualTo(sessionOfTwo);
            assertThat(first.submit(() -> borrow(pool)).get()).isEqualTo(sessionOfOne);
        }
    }

    private static void give(ExecutorService thread, Connection connection)
            throws InterruptedException, ExecutionException {
        thread.submit(() -> {
                    connection.close();
                    return null;
                })
                .get();
    }

    /// On a slow machine the first connection may not be open in that short time.
    private static Connection first(DataSource source) throws SQLException {
        for (int tries = 0; ; tries++) {
            try {
                return source.getConnection();
            } catch (SQLException e) {
                if (tries == 100) {
                    throw e;
                }
            }
        }
    }

    @Test
    void its_timeout_which_is_a_plain_error_is_explained_after_the_wait_that_is_set() throws Exception {
        try (ExplainedDataSource pool = Explained.wrap(
                        agroal(1, SHORT, TransactionIntegration.none()),
                        settings -> settings.name("bookings").explainAfter(Duration.ofMillis(200)));
                Connection held = first(pool)) {
            Throwable failure = catchThrowable(pool::getConnection);

            assertThat(failure).isInstanceOf(PoolTimeoutException.class);
            assertThat(failure.getCause()).isInstanceOf(SQLException.class);
            assertThat(Explanation.find(failure).orElseThrow().summary())
                    .startsWith("Pool 'bookings': no connection within ")
                    .contains("1 is lent through Explained.wrap");
            assertThat(held.isClosed()).isFalse();
        }
    }

    @Test
    void who_holds_its_connections_outside_sql_is_named() throws Exception {
        try (ExplainedDataSource pool = Explained.wrap(
                        agroal(1, SHORT, TransactionIntegration.none()),
                        settings ->
                                settings.explainAfter(Duration.ofMillis(200)).label(() -> "GET /bookings"));
                Connection held = first(pool)) {
            Throwable failure =
                    first.submit(() -> catchThrowable(pool::getConnection)).get();

            assertThat(Explanation.find(failure).orElseThrow().diagnoses())
                    .singleElement()
                    .isInstanceOfSatisfying(
                            Diagnosis.HeldOutsideSql.class,
                            outside -> assertThat(outside.shares().getFirst().label())
                                    .isEqualTo("GET /bookings"));
            assertThat(held.isClosed()).isFalse();
        }
    }
}
