package dev.aludel.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.Properties;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class TellingDriverTest {
    private final FakeDatabase database = new FakeDatabase();

    private Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("password", "secret");
        return database.connect(properties);
    }

    private Throwable executed() throws SQLException {
        try (Connection connection = connect();
                PreparedStatement statement = connection.prepareStatement("select ?")) {
            statement.setString(1, "value");
            return catchThrowable(statement::execute);
        }
    }

    @Test
    void puts_the_binds_of_a_statement_and_the_properties_of_its_connection_into_its_error() throws SQLException {
        SQLException error = new SQLException("no", "22001", 7);
        database.tellAll();
        database.next("execute").fails(error);

        Throwable told = executed();

        assertThat(told)
                .isInstanceOf(TellingException.class)
                .hasMessage("no (connected with {password=secret}, called with [select ?, [value]])");
        assertThat(told.getCause()).isSameAs(error);
        assertThat(SqlStates.stateOf(told)).isEqualTo("22001");
        assertThat(((SQLException) told).getErrorCode()).isEqualTo(7);
    }

    @Test
    void puts_the_properties_of_a_connect_into_its_error() {
        database.tellAll();
        database.down();

        Throwable told = catchThrowable(this::connect);

        assertThat(told).isInstanceOf(TellingException.class).hasMessageContaining("{password=secret}");
        assertThat(SqlStates.stateOf(told)).isEqualTo("08001");
    }

    @Test
    void leaves_an_error_of_another_kind_as_it_is() throws SQLException {
        SQLException error = new SQLTimeoutException("no");
        database.tellAll();
        database.next("execute").fails(error);

        assertThat(executed()).isSameAs(error);
    }

    @Test
    void is_an_option() throws SQLException {
        SQLException error = new SQLException("no", "22001");
        database.next("execute").fails(error);

        assertThat(executed()).isSameAs(error);
    }
}
