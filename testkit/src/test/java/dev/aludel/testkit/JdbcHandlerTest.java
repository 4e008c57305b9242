package dev.aludel.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class JdbcHandlerTest {
    final FakeDatabase database = new FakeDatabase();

    static Stream<Arguments> handlers() {
        return Stream.of(
                Arguments.of(ConnectionHandler.class, Connection.class),
                Arguments.of(StatementHandler.class, Statement.class),
                Arguments.of(PreparedStatementHandler.class, PreparedStatement.class),
                Arguments.of(CallableStatementHandler.class, CallableStatement.class),
                Arguments.of(ResultSetHandler.class, ResultSet.class),
                Arguments.of(ResultSetMetaDataHandler.class, ResultSetMetaData.class),
                Arguments.of(DatabaseMetaDataHandler.class, DatabaseMetaData.class));
    }

    @ParameterizedTest
    @MethodSource("handlers")
    void has_no_public_method_that_its_interface_does_not_have(Class<?> handler, Class<?> type) throws Exception {
        for (Method method : handler.getDeclaredMethods()) {
            if (java.lang.reflect.Modifier.isPublic(method.getModifiers())
                    && !method.getName().equals("toString")) {
                Method asked = type.getMethod(method.getName(), method.getParameterTypes());
                assertThat(method.getReturnType()).as(method.toString()).isEqualTo(asked.getReturnType());
            }
        }
    }

    @Test
    void names_the_method_that_is_not_supported() throws SQLException {
        Connection connection = database.connect();

        assertThatThrownBy(connection::createClob)
                .isInstanceOf(SQLFeatureNotSupportedException.class)
                .hasMessage("the fake database does not support Connection.createClob");
        assertThatThrownBy(() -> connection.getMetaData().getTables(null, null, "%", null))
                .isInstanceOf(SQLFeatureNotSupportedException.class)
                .hasMessage("the fake database does not support DatabaseMetaData.getTables");
        assertThatThrownBy(() -> connection.prepareStatement("select 1").getParameterMetaData())
                .isInstanceOf(SQLFeatureNotSupportedException.class)
                .hasMessage("the fake database does not support PreparedStatement.getParameterMetaData");
    }

    @Test
    void does_what_the_interface_does_by_default() throws SQLException {
        Connection connection = database.connect();

        assertThat(connection.createStatement().enquoteLiteral("it's")).isEqualTo("'it''s'");
        assertThatThrownBy(() -> connection.setShardingKey(null)).isInstanceOf(SQLFeatureNotSupportedException.class);
        connection.beginRequest();
        connection.endRequest();
    }

    @Test
    void makes_objects_that_equal_themselves_only() throws SQLException {
        Connection connection = database.connect();
        Connection other = database.connect();

        assertThat(new HashSet<>(List.of(connection, other))).hasSize(2).contains(connection, other);
        assertThat(connection).isNotEqualTo(other);
        assertThat(connection).hasToString("fake connection 1");
        assertThat(connection.createStatement().executeQuery("select 1"))
                .hasToString("result set of statement of fake connection 1");
    }

    @Test
    void makes_objects_that_can_be_unwrapped() throws SQLException {
        Connection connection = database.connect();

        assertThat(connection.unwrap(Connection.class)).isSameAs(connection);
        assertThat(connection.isWrapperFor(Backend.class)).isTrue();
        assertThat(connection.isWrapperFor(String.class)).isFalse();
        assertThatThrownBy(() -> connection.unwrap(String.class))
                .isInstanceOf(SQLException.class)
                .hasMessage("fake connection 1 is no java.lang.String");
    }
}
