package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.servers.Postgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The next borrower's auto-commit writes are his own, and are committed.
@DisplayNameGeneration(ReplaceUnderscores.class)
class ATransactionBegunAsSqlOnPostgresTest {
    private static final Postgres SERVER = Postgres.shared();
    private static final String STATES = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            + " AND state LIKE 'idle in transaction%'";
    private static String database = "";

    @RegisterExtension
    final Canary canary = new Canary();

    private final List<Pool> pools = new ArrayList<>();

    @BeforeAll
    static void makesADatabase() throws SQLException {
        database = SERVER.createDatabase("begun");
        outside("CREATE TABLE trips (seats int)");
    }

    @BeforeEach
    void forgetsTheTrips() throws SQLException {
        outside("TRUNCATE trips");
    }

    @AfterEach
    void closes() {
        pools.forEach(pool -> pool.close(Duration.ofSeconds(5)));
    }

    private Pool pool(StateReset reset) {
        Pool pool = Pool.of(settings -> settings.url(SERVER.jdbcUrl(database))
                .password(Canary.PASSWORD)
                .name("begun")
                .size(1)
                .stateReset(reset));
        pools.add(pool);
        return canary.watch(pool);
    }

    private static void outside(String sql) throws SQLException {
        try (Connection connection = SERVER.dataSource(database).getConnection()) {
            Sql.run(connection, sql);
        }
    }

    private static String seen(String query) throws SQLException {
        try (Connection connection = SERVER.dataSource(database).getConnection()) {
            return Sql.text(connection, query);
        }
    }

    private static String backend(Pool pool) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            return Canary.ask(connection, "SELECT pg_backend_pid()");
        }
    }

    /// Has one borrower write 1 after beginning a transaction, and the next one write 2 in auto-commit.
    private static void borrow(Pool pool, RandomBorrowers.Deed first) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            first.on(connection);
        }
        Await.until(() -> nobodyIsIdleInATransaction(), () -> "a backend is idle in a transaction");
        try (Connection connection = pool.getConnection()) {
            Sql.run(connection, "INSERT INTO trips VALUES (2)");
            assertThat(seen("SELECT string_agg(seats::text, ' ') FROM trips")).isEqualTo("2");
        }
    }

    private static boolean nobodyIsIdleInATransaction() {
        try {
            return seen(STATES).equals("0");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    // F39
    @ParameterizedTest
    @EnumSource
    void in_a_batch_is_over_with_its_loan(StateReset reset) throws SQLException {
        borrow(pool(reset), connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.addBatch("BEGIN");
                statement.addBatch("INSERT INTO trips VALUES (1)");
                statement.executeBatch();
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void after_another_statement_is_over_with_its_loan(StateReset reset) throws SQLException {
        borrow(pool(reset), connection -> {
            Sql.run(connection, "SELECT 1; BEGIN");
            Sql.run(connection, "INSERT INTO trips VALUES (1)");
        });
    }

    @ParameterizedTest
    @EnumSource
    void in_words_that_a_lexer_does_not_understand_is_over_with_its_loan(StateReset reset) throws SQLException {
        borrow(pool(reset), connection -> {
            Sql.run(connection, "/* a /* b */ c */ BEGIN");
            Sql.run(connection, "INSERT INTO trips VALUES (1)");
        });
    }

    // F39
    @ParameterizedTest
    @EnumSource
    void that_failed_is_over_with_its_loan(StateReset reset) throws SQLException {
        borrow(pool(reset), connection -> {
            Sql.run(connection, "-- in a comment's words \rBEGIN");
            assertThatThrownBy(() -> Sql.run(connection, "SELECT 1 / 0")).isInstanceOf(SQLException.class);
        });
    }

    @ParameterizedTest
    @EnumSource
    void costs_no_connection_if_it_was_none(StateReset reset) throws SQLException {
        Pool pool = pool(reset);
        String backend = backend(pool);
        try (Connection connection = pool.getConnection()) {
            Sql.run(connection, "DO $$ BEGIN PERFORM 1; END $$");
            Sql.run(connection, "SELECT 1; SELECT 'begin' AS begin");
        }
        assertThat(backend(pool)).isEqualTo(backend);
    }

    @Test
    void that_the_borrower_ended_as_sql_costs_no_connection_if_it_was_begun_in_no_known_words() throws SQLException {
        Pool pool = pool(StateReset.TRACKED);
        String backend = backend(pool);
        try (Connection connection = pool.getConnection()) {
            Sql.run(connection, "/* a /* b */ c */ BEGIN");
            Sql.run(connection, "INSERT INTO trips VALUES (1)");
            Sql.run(connection, "COMMIT");
        }
        assertThat(backend(pool)).isEqualTo(backend);
        assertThat(seen("SELECT seats FROM trips")).isEqualTo("1");
    }
}
