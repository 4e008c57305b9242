package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.h2.jdbc.JdbcConnection;
import org.h2.jdbc.JdbcDatabaseMetaData;
import org.h2.jdbc.JdbcPreparedStatement;
import org.h2.jdbc.JdbcResultSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class UnwrappingTest {
    final Pool pool =
            Pool.of(settings -> settings.url("jdbc:h2:mem:").name("trips").size(1));

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void gives_the_proxy_for_what_it_is_itself() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            assertThat(connection.unwrap(Connection.class)).isSameAs(connection);
            assertThat(connection.unwrap(Checkout.class)).isSameAs(connection);
            assertThat(connection.isWrapperFor(Checkout.class)).isTrue();
            assertThat(connection.isWrapperFor(JdbcConnection.class)).isTrue();
            assertThat(connection.isWrapperFor(Runnable.class)).isFalse();
            assertThat(((Loan) connection).isTainted()).isFalse();
        }
    }

    // reliability row F43
    @Test
    void of_the_drivers_connection_takes_it_out_of_the_pool_at_check_in() throws SQLException {
        JdbcConnection first = rawOfTheNextLoan();
        JdbcConnection second = rawOfTheNextLoan();

        assertThat(second).isNotSameAs(first);
        assertThat(first.isClosed()).isTrue(); // the second could only be opened in its place
    }

    private JdbcConnection rawOfTheNextLoan() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            return connection.unwrap(JdbcConnection.class);
        }
    }

    @Test
    void of_something_that_the_driver_is_not_leaves_the_connection_in_the_pool() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            assertThatThrownBy(() -> connection.unwrap(Runnable.class)).isInstanceOf(SQLException.class);
            assertThat(((Loan) connection).isTainted()).isFalse();
        }
    }

    @Test
    void of_a_statement_gives_the_drivers_and_takes_the_connection_out_as_well() throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement("select 1")) {
            assertThat(statement.unwrap(Statement.class)).isSameAs(statement);
            assertThat(statement.isWrapperFor(JdbcPreparedStatement.class)).isTrue();
            assertThat(((Loan) connection).isTainted()).isFalse();

            assertThat(statement.unwrap(JdbcPreparedStatement.class).getConnection())
                    .isInstanceOf(JdbcConnection.class); // the way to it

            assertThat(((Loan) connection).isTainted()).isTrue();
        }
    }

    @Test
    void of_a_result_set_and_of_metadata_does_so_too() throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select 1")) {
            assertThat(rows.unwrap(ResultSet.class)).isSameAs(rows);
            assertThat(((Loan) connection).isTainted()).isFalse();

            assertThat(rows.unwrap(JdbcResultSet.class)).isNotNull();

            assertThat(((Loan) connection).isTainted()).isTrue();
        }
        try (Connection connection = pool.getConnection()) {
            assertThat(connection.getMetaData().unwrap(JdbcDatabaseMetaData.class))
                    .isNotNull();
            assertThat(((Loan) connection).isTainted()).isTrue();
        }
    }
}
