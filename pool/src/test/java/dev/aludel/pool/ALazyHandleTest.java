package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ALazyHandleTest {
    private final RecordingDriver driver = new RecordingDriver();
    private final Pool pool = Pool.of(settings ->
            settings.connections(driver).name("trips").size(1).prePing(false).lazy(true));

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void has_each_method_of_a_connection_with_a_connection_and_without() throws Throwable {
        for (Method method : Handle.CONNECTION.methodsBut("unwrap", "abort", "close", "beginRequest", "endRequest")) {
            try (Connection without = pool.getConnection()) {
                Handle.call(without, method);
            }
            try (Connection with = pool.getConnection()) {
                with.setAutoCommit(false);
                with.createStatement();
                driver.forget();
                Handle.call(with, method);

                assertThat(driver.count(Handle.CONNECTION.driverName(method)))
                        .as(method.toString())
                        .isPositive();
            }
        }
        assertThat(pool.snapshot().checkedOut()).isZero();
    }

    @Test
    void that_is_closed_refuses_everything_and_checks_nothing_out() throws SQLException {
        Connection connection = pool.getConnection();
        connection.close();

        for (Method method : Handle.CONNECTION.methodsBut("close", "isClosed", "abort", "isValid")) {
            assertThatThrownBy(() -> Handle.call(connection, method))
                    .as(method.toString())
                    .isInstanceOf(SQLException.class)
                    .hasFieldOrPropertyWithValue("SQLState", "08003")
                    .hasMessageContaining("check out again");
        }
        assertThat(driver.calls()).isEmpty();
        assertThat(pool.snapshot().checkouts()).isZero();
    }

    @Test
    void holds_none_in_auto_commit_after_a_question_that_only_a_connection_can_answer() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.isValid(1);
            connection.nativeSQL("select 1");
            connection.getClientInfo();
            connection.getClientInfo("ApplicationName");
            connection.isWrapperFor(String.class);
            connection.getHoldability();
            connection.getCatalog();
            connection.getTypeMap();

            assertThat(pool.snapshot().checkedOut()).isZero();
        }
        assertThat(pool.snapshot().checkouts()).isEqualTo(8);
    }

    @Test
    void remembers_client_info_in_the_order_in_which_it_was_set() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setClientInfo("ApplicationName", "one");
            connection.setClientInfo("ApplicationName", "two");
            driver.forget();
            connection.createStatement().close();

            assertThat(driver.calls())
                    .filteredOn(call -> call.method().equals("Connection.setClientInfo"))
                    .first()
                    .satisfies(call -> assertThat(call.arguments()).containsExactly("ApplicationName", "two"));
        }
    }
}
