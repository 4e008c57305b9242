package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.servers.Postgres;
import java.io.IOException;
import java.io.StringReader;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ProxiesOnPostgresTest {
    final Postgres server = Postgres.shared();
    final String url = server.jdbcUrl(server.createDatabase("proxies"));
    final Pool pool =
            Pool.of(settings -> settings.url(url).name("trips").size(1).prePing(false));

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void the_next_borrower_finds_the_state_of_a_new_connection() throws SQLException {
        List<Object> before;
        int backend;
        try (Connection connection = pool.getConnection()) {
            before = state(connection);
            backend = backend(connection);
            connection.setAutoCommit(false);
            connection.setReadOnly(true);
            connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            connection.setHoldability(ResultSet.HOLD_CURSORS_OVER_COMMIT);
            connection.setNetworkTimeout(Runnable::run, 0);
            connection.setClientInfo("ApplicationName", "other");
            connection.setSchema("pg_catalog");
            assertThat(state(connection)).doesNotContainAnyElementsOf(before);
        }

        try (Connection next = pool.getConnection()) {
            assertThat(state(next)).isEqualTo(before);
            assertThat(backend(next)).isEqualTo(backend);
        }
    }

    private static List<Object> state(Connection connection) throws SQLException {
        List<Object> state = new ArrayList<>();
        state.add("auto-commit " + connection.getAutoCommit());
        state.add("read-only " + connection.isReadOnly());
        state.add("isolation " + connection.getTransactionIsolation());
        state.add("holdability " + connection.getHoldability());
        state.add("network timeout " + connection.getNetworkTimeout());
        state.add("application " + show(connection, "application_name"));
        state.add("schema " + connection.getSchema());
        return state;
    }

    private static String show(Connection connection, String setting) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("show " + setting)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static int backend(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select pg_backend_pid()")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    @Test
    void a_result_set_that_is_fetched_in_parts_ends_with_the_loan() throws SQLException {
        Connection connection = pool.getConnection();
        connection.setAutoCommit(false);
        Statement statement = connection.createStatement();
        statement.setFetchSize(10);
        ResultSet rows = statement.executeQuery("select generate_series(1, 1000)");
        rows.next();
        connection.close();

        try (Connection next = pool.getConnection()) {
            assertThatThrownBy(rows::next).hasFieldOrPropertyWithValue("SQLState", "08003");
            assertThat(backend(next)).isPositive();
        }
    }

    @Test
    void a_cursor_that_a_function_returns_ends_with_the_loan() throws SQLException {
        Connection connection = pool.getConnection();
        connection.createStatement().execute("""
                create function numbers() returns refcursor language plpgsql as $$
                declare result refcursor;
                begin open result for select generate_series(1, 3); return result; end $$""");
        connection.setAutoCommit(false);
        CallableStatement call = connection.prepareCall("{? = call numbers()}");
        call.registerOutParameter(1, Types.REF_CURSOR);
        call.execute();
        ResultSet numbers = (ResultSet) call.getObject(1);
        assertThat(numbers.next()).isTrue();
        connection.close();

        assertThatThrownBy(numbers::next).hasFieldOrPropertyWithValue("SQLState", "08003");
    }

    @Test
    void metadata_leads_back_to_the_loan_and_ends_with_it() throws SQLException {
        Connection connection = pool.getConnection();
        ResultSet tables = connection.getMetaData().getTables(null, "pg_catalog", "pg_class", null);
        assertThat(tables.next()).isTrue();
        assertThat(tables.getString("TABLE_NAME")).isEqualTo("pg_class");
        assertThat(tables.getStatement().getConnection()).isSameAs(connection);
        connection.close();

        assertThatThrownBy(tables::next).hasFieldOrPropertyWithValue("SQLState", "08003");
    }

    @Test
    void a_connection_that_the_server_ended_is_replaced() throws SQLException {
        int first;
        try (Connection connection = pool.getConnection()) {
            first = backend(connection);
            Statement statement = connection.createStatement();
            assertThatThrownBy(() -> statement.execute("select pg_terminate_backend(pg_backend_pid())"))
                    .hasFieldOrPropertyWithValue("SQLState", "57P01");
        }

        try (Connection next = pool.getConnection()) {
            assertThat(backend(next)).isNotEqualTo(first);
        }
    }

    @Test
    void a_transaction_begun_as_sql_reaches_no_next_borrower() throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create table begun (id int)");
        }
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(" /* of mine */ begin");
            statement.execute("insert into begun values (1)");
        }

        try (Connection next = pool.getConnection();
                Statement statement = next.createStatement()) {
            next.setAutoCommit(false);
            statement.execute("insert into begun values (2)");
            next.commit();
            ResultSet rows = statement.executeQuery("select id from begun");
            rows.next();
            assertThat(rows.getInt(1)).isEqualTo(2);
            assertThat(rows.next()).isFalse();
        }
    }

    @Test
    void what_was_written_through_the_drivers_own_connection_is_not_committed_by_the_check_in() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.createStatement().execute("create table trips (code text)");
        }
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            connection.unwrap(PGConnection.class).getCopyAPI().copyIn("copy trips from stdin", new StringReader("A\n"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }

        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from trips")) {
            rows.next();
            assertThat(rows.getInt(1)).isZero();
        }
    }
}
