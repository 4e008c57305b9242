package dev.aludel.testkit;

import static dev.aludel.testkit.SqlStates.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ConnectionStateTest {
    final FakeDatabase database = new FakeDatabase();
    Connection connection;
    Backend backend;

    @BeforeEach
    void connect() throws SQLException {
        connection = database.connect();
        backend = connection.unwrap(Backend.class);
    }

    @Test
    void is_that_of_jdbc_at_first() throws SQLException {
        assertThat(connection.getAutoCommit()).isTrue();
        assertThat(connection.isReadOnly()).isFalse();
        assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
        assertThat(connection.getHoldability()).isEqualTo(ResultSet.HOLD_CURSORS_OVER_COMMIT);
        assertThat(connection.getNetworkTimeout()).isZero();
        assertThat(connection.getClientInfo()).isEmpty();
        assertThat(connection.getTypeMap()).isEmpty();
        assertThat((Throwable) connection.getWarnings()).isNull();
        assertThat(backend.leftovers()).isEmpty();
    }

    @Test
    void stays_as_it_was_set_and_shows_in_the_leftovers() throws SQLException {
        connection.setAutoCommit(false);
        connection.setReadOnly(true);
        connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
        connection.setCatalog("archive");
        connection.setSchema(null);
        connection.setHoldability(ResultSet.CLOSE_CURSORS_AT_COMMIT);
        connection.setNetworkTimeout(Runnable::run, 250);
        connection.setClientInfo("ApplicationName", "trips");
        connection.setTypeMap(Map.of("money", Long.class));

        assertThat(connection.getAutoCommit()).isFalse();
        assertThat(connection.isReadOnly()).isTrue();
        assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
        assertThat(connection.getCatalog()).isEqualTo("archive");
        assertThat(connection.getSchema()).isNull();
        assertThat(connection.getHoldability()).isEqualTo(ResultSet.CLOSE_CURSORS_AT_COMMIT);
        assertThat(connection.getNetworkTimeout()).isEqualTo(250);
        assertThat(connection.getClientInfo("ApplicationName")).isEqualTo("trips");
        assertThat(connection.getTypeMap()).containsOnly(entry("money", Long.class));
        assertThat(backend.leftovers())
                .containsOnlyKeys(
                        "autoCommit",
                        "readOnly",
                        "transactionIsolation",
                        "catalog",
                        "schema",
                        "holdability",
                        "networkTimeout",
                        "clientInfo",
                        "typeMap");
    }

    @Test
    void leaves_nothing_over_once_it_is_put_back() throws SQLException {
        connection.setAutoCommit(false);
        connection.setClientInfo("ApplicationName", "trips");
        connection.createStatement().execute("select 1");
        backend.warn(new SQLWarning("first"));
        assertThat(backend.leftovers())
                .containsOnlyKeys("autoCommit", "clientInfo", "inTransaction", "warnings", "openStatements");

        connection.rollback();
        connection.setAutoCommit(true);
        connection.setClientInfo(new Properties());
        connection.clearWarnings();
        assertThat(backend.leftovers()).containsOnly(entry("openStatements", 1));
        assertThat(backend.openStatements()).isEqualTo(1);
    }

    @Test
    void is_each_connections_own() throws SQLException {
        connection.setReadOnly(true);

        assertThat(database.connect().isReadOnly()).isFalse();
    }

    @Test
    void is_in_a_transaction_from_the_first_statement_without_auto_commit() throws SQLException {
        connection.createStatement().execute("select 1");
        assertThat(backend.inTransaction()).isFalse();

        connection.setAutoCommit(false);
        assertThat(backend.inTransaction()).isFalse();
        connection.createStatement().execute("select 1");
        assertThat(backend.inTransaction()).isTrue();
    }

    @Test
    void is_in_no_transaction_after_commit_rollback_and_auto_commit() throws SQLException {
        connection.setAutoCommit(false);
        connection.createStatement().execute("select 1");
        connection.commit();
        assertThat(backend.inTransaction()).isFalse();

        connection.createStatement().execute("select 1");
        connection.rollback();
        assertThat(backend.inTransaction()).isFalse();

        connection.createStatement().execute("select 1");
        connection.setAutoCommit(true);
        assertThat(backend.inTransaction()).isFalse();
    }

    @Test
    void is_still_in_the_transaction_after_a_rollback_that_failed() throws SQLException {
        connection.setAutoCommit(false);
        connection.createStatement().execute("select 1");
        database.next("rollback").fails("08006");

        assertThatThrownBy(connection::rollback).isInstanceOf(SQLException.class);

        assertThat(backend.inTransaction()).isTrue();
    }

    @Test
    void lets_nobody_commit_or_roll_back_in_auto_commit() {
        assertFails("25P01", connection::commit);
        assertFails("25P01", connection::rollback);
        assertFails("25P01", connection::setSavepoint);
    }

    @Test
    void lets_nobody_change_isolation_or_read_only_in_a_transaction() throws SQLException {
        connection.setAutoCommit(false);
        connection.createStatement().execute("select 1");

        assertFails("25001", () -> connection.setReadOnly(true));
        assertFails("25001", () -> connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE));
    }

    @Test
    void refuses_values_that_jdbc_does_not_have() {
        assertFails("22023", () -> connection.setTransactionIsolation(3));
        assertFails("22023", () -> connection.setHoldability(0));
        assertFails("22023", () -> connection.setNetworkTimeout(Runnable::run, -1));
        assertFails("22023", () -> connection.isValid(-1));
        assertFails("22023", () -> connection.createStatement().setQueryTimeout(-1));
    }

    @Test
    void chains_its_warnings() throws SQLException {
        backend.warn(new SQLWarning("first"));
        backend.warn(new SQLWarning("second"));

        SQLWarning first = connection.getWarnings();
        assertThat((Throwable) first).hasMessage("first");
        assertThat((Throwable) first.getNextWarning()).hasMessage("second");
    }

    @Test
    void has_savepoints_that_end_with_their_release_and_with_the_transaction() throws SQLException {
        connection.setAutoCommit(false);
        Savepoint released = connection.setSavepoint("released");
        Savepoint kept = connection.setSavepoint();
        connection.rollback(kept);
        connection.releaseSavepoint(released);

        assertThat(released.getSavepointName()).isEqualTo("released");
        assertThat(kept.getSavepointId()).isEqualTo(2);
        assertThat(backend.inTransaction()).isTrue();
        assertFails("3B001", () -> connection.rollback(released));
        connection.commit();
        assertFails("3B001", () -> connection.rollback(kept));
        assertThat(database.log()).contains("setSavepoint released", "rollback savepoint 2");
    }

    @Test
    void is_gone_when_the_connection_is_closed() throws SQLException {
        connection.setAutoCommit(false);
        Statement statement = connection.createStatement();
        statement.execute("select 1");

        connection.close();

        assertThat(backend.inTransaction()).isFalse();
        assertThat(backend.openStatements()).isZero();
        assertThat(statement.isClosed()).isTrue();
    }
}
